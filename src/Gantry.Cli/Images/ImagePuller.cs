using Gantry.Api;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli;

/// <summary>Fetches an image for run and create, showing the progress on stderr: stdout belongs to the container.</summary>
internal static class ImagePuller
{
    /// <summary>The reference with the tag that is meant when none is given.</summary>
    public static string WithTag(string reference) => reference.Contains('@') || TagOf(reference) is not null ? reference : $"{reference}:latest";

    private static string? TagOf(string reference)
    {
        int colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? reference[(colon + 1)..] : null;
    }

    public static void Pull(Invocation invocation, string reference, string? platform, bool quiet)
    {
        string? tag = reference.Contains('@') ? null : TagOf(reference) ?? "latest";
        string repository = TagOf(reference) is { } own && tag is not null ? reference[..^(own.Length + 1)] : reference;
        using ApiResponse response = invocation.Client.Images.Pull(repository, tag, platform);
        TextWriter writer = quiet ? TextWriter.Null : invocation.Error;
        try
        {
            new MessageDisplay(writer, TerminalSize.IsTerminal(2)).Show(JsonLines.Messages(response.Body));
        }
        catch (CliException e)
        {
            throw new CliException(e.Message, RunFailure.EngineFailed);
        }
    }
}
