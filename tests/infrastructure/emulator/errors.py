"""The errors that AWS's services answer with where an extension has to say no."""

from moto.core.exceptions import ServiceException


class ResourceNotFoundException(ServiceException):
    """Most services' word for what is not there."""

    code = "ResourceNotFoundException"


class NotFoundException(ServiceException):
    """EventBridge Schemas' word for it."""

    code = "NotFoundException"
