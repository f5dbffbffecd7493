using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Daemon.Build;

/// <summary>The text of a build's Dockerfile, read.</summary>
internal static class DockerfileText
{
    /// <exception cref="GantryException">Invalid, in Docker's words.</exception>
    public static BuildFile Parse(string text, BuildQuery query)
    {
        try
        {
            return BuildFile.Parse(text, query.Dockerfile.Length > 0 ? query.Dockerfile : "Dockerfile");
        }
        catch (DockerfileException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, (e.IsSyntax ? "failed to parse Dockerfile: " : "") + e.Message, e);
        }
    }
}
