using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers;
using Gantry.Cli.Output;
using Gantry.Cli.Registry;

namespace Gantry.Cli.Images;

/// <summary>Fetches an image for run and create, showing the progress on stderr: stdout belongs to the container.</summary>
internal static class ImagePuller
{
    /// <summary>The reference with the tag that is meant when none is given.</summary>
    public static string WithTag(string reference) =>
        reference.Contains('@') || TagOf(reference) is not null ? reference : $"{reference}:latest";

    private static string? TagOf(string reference)
    {
        int colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? reference[(colon + 1)..] : null;
    }

    /// <summary>For run and create, which have an exit status of their own for what the engine cannot do.</summary>
    public static void Pull(Invocation invocation, string reference, string? platform, bool quiet)
    {
        try
        {
            Fetch(invocation, WithTag(reference), platform, quiet ? TextWriter.Null : invocation.Error, descriptor: 2);
        }
        catch (CliException e)
        {
            throw new CliException(e.Message, RunFailure.EngineFailed);
        }
    }

    /// <param name="reference">Without tag or digest for all tags.</param>
    public static void Fetch(Invocation invocation, string reference, string? platform, TextWriter writer, int descriptor)
    {
        string? tag = reference.Contains('@') ? null : TagOf(reference);
        if (tag is "") throw new CliException("invalid reference format");
        string repository = tag is null ? reference : reference[..^(tag.Length + 1)];
        using ApiResponse response = invocation.Client.Images.Pull(repository, tag, platform, Login.HeaderFor(reference));
        MessageDisplay.For(writer, descriptor).Show(JsonLines.Messages(response.Body));
    }
}
