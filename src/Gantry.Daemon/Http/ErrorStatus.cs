namespace Gantry.Daemon.Http;

/// <summary>The one place where an error's kind becomes a status code.</summary>
internal static class ErrorStatus
{
    public static int Of(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => 400,
        ErrorKind.Unauthorized => 401,
        ErrorKind.Forbidden => 403,
        ErrorKind.NotFound => 404,
        ErrorKind.Conflict => 409,
        ErrorKind.NotModified => 304,
        ErrorKind.Unsupported => 501,
        ErrorKind.Unavailable => 503,
        _ => 500,
    };
}
