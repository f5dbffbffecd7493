namespace Gantry.Api.Sessions;

/// <summary>The other side of a stream does not go on, for a reason that it gives in words.</summary>
/// <param name="isNotFound">It has nothing of that name.</param>
public sealed class SessionRefusedException(string message, bool isNotFound = false) : Exception(message)
{
    public bool IsNotFound { get; } = isNotFound;
}
