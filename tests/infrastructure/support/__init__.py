"""What the tests of infrastructure/ share: the emulator as a process, Terraform as a program, copied folders."""
