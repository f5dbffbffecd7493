using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Images;

/// <summary>The name that an image is to get: <c>repository[:tag]</c>. Whether it is a good one is for the daemon to say,
/// except where it would not reach it.</summary>
internal static class TargetReference
{
    public static (string Repository, string? Tag) Split(string text)
    {
        if (text.Contains('@')) throw new CliException($"refusing to create a tag with a digest reference: {text}");
        int colon = text.LastIndexOf(':');
        // An empty tag would not reach the daemon: there it means that there is none.
        if (colon == text.Length - 1)
            throw new CliException($"Error parsing reference: \"{text}\" is not a valid repository/tag: invalid reference format");
        return colon > text.LastIndexOf('/') ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }
}
