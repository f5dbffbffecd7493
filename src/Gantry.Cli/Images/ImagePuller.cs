using System.Text.Json;
using Gantry.Api;

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
        using StreamReader lines = new(response.Body);
        while (lines.ReadLine() is { } line)
        {
            if (line.Length == 0) continue;
            JsonMessage message = JsonSerializer.Deserialize(line, ApiJson.Default.JsonMessage) ?? new JsonMessage();
            if (message.ErrorDetail is { } error) throw new CliException(error.Message, 125);
            if (!quiet && message.Status is { } status && message.ProgressDetail?.Current is null) invocation.Error.WriteLine(message.Id is null ? status : $"{message.Id}: {status}");
        }
    }
}
