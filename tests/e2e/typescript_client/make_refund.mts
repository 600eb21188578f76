// Makes a refund, reads it and asks for more than is left, by a client whose types come from contract/openapi.json.
// Arguments: address, token, id of a payment. Prints what it saw as one line of JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./refunds-api.mjs";

declare const process: { argv: string[] };

type Refund = components["schemas"]["RefundOut"];
type Problem = components["schemas"]["ProblemDocument"];

const [, , baseUrl, token, paymentId] = process.argv as [string, string, string, string, string];
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

async function requestRefund(key: string, amount: number): Promise<Refund | Problem> {
  const { data, error } = await client.POST("/v1/refunds", {
    params: { header: { "Idempotency-Key": key } },
    body: { payment_id: paymentId, amount, reason: { code: "requested_by_customer" } },
  });
  return data ?? error;
}

async function readRefund(id: string): Promise<Refund> {
  const { data, error } = await client.GET("/v1/refunds/{refund_id}", { params: { path: { refund_id: id } } });
  if (!data) throw new Error(error.detail);
  return data;
}

const created = await requestRefund("typescript-1", 700);
if (!("id" in created)) throw new Error(created.detail);
const read = await readRefund(created.id);
const refused = await requestRefund("typescript-2", 1_000_000);
if (!("code" in refused)) throw new Error("more than was captured was refunded");
console.log(
  JSON.stringify({
    id: created.id,
    readId: read.id,
    amount: read.amount,
    reason: read.reason.code,
    problem: refused.code,
    pointer: refused.errors[0]?.pointer,
  }),
);
