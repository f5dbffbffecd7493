using Gantry.Api.Sessions;

namespace Gantry.Daemon.Build.Sessions;

/// <summary>What it means for a build that a stream of its client's has failed.</summary>
internal static class ClientFailure
{
    /// <returns>Null for what no stream fails with.</returns>
    public static GantryException? Explain(Exception e) => e switch
    {
        // Who was sending has not read yet why nothing is wanted any more.
        IOException { InnerException: SessionRefusedException refusal } => Explain(refusal),
        SessionRefusedException { IsNotFound: true } => new GantryException(ErrorKind.NotFound, e.Message, e),
        SessionRefusedException => new GantryException(ErrorKind.InvalidArgument, e.Message, e),
        IOException => new GantryException(ErrorKind.Unavailable, $"the client of the build has gone: {e.Message}", e),
        _ => null,
    };
}
