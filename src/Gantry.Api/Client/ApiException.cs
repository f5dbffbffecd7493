namespace Gantry.Api.Client;

/// <summary>The daemon answered with an error; <see cref="Exception.Message"/> is its text alone.</summary>
public sealed class ApiException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>The daemon could not be reached, or the connection ended in the middle of an answer. The message is complete,
/// for the user.</summary>
public sealed class ApiConnectionException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The daemon's socket, when it is there and this user may not use it.</summary>
    public string? DeniedSocket { get; init; }

    /// <summary>Nobody listens at the daemon's address.</summary>
    public bool IsNobodyThere { get; init; }
}
