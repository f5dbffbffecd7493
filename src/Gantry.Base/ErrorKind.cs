namespace Gantry;

/// <summary>Everything that can be wrong, as a caller needs to know it. The daemon maps each to one HTTP status, in one place.</summary>
public enum ErrorKind
{
    /// <summary>A fault of ours or of the host (500).</summary>
    Internal,
    /// <summary>The request makes no sense, whatever the state is (400).</summary>
    InvalidArgument,
    /// <summary>The named object does not exist (404).</summary>
    NotFound,
    /// <summary>The state does not allow it now (409).</summary>
    Conflict,
    /// <summary>Already so; nothing was changed (304).</summary>
    NotModified,
    /// <summary>Not allowed to this caller or by the host (403).</summary>
    Forbidden,
    /// <summary>Something that we depend on does not answer; later may succeed (503).</summary>
    Unavailable,
    /// <summary>This kernel, platform or build does not have it (501).</summary>
    Unsupported,
    /// <summary>The credentials are missing or wrong (401).</summary>
    Unauthorized,
}
