using System.Text.Json;
using Gantry.Api.Wire;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds.Results;

/// <summary>The file of <c>--metadata-file</c>: what was built, by the keys of Docker's own.</summary>
internal static class MetadataFile
{
    /// <param name="image">Digest of its configuration.</param>
    /// <param name="index">Digest of the index; null for an image alone.</param>
    /// <param name="names">That it was given.</param>
    public static void Write(string path, string image, string? index, IReadOnlyList<string> names)
    {
        Dictionary<string, string> known = new() { ["containerimage.config.digest"] = image, ["containerimage.digest"] = index ?? image };
        if (names.Count > 0) known["image.name"] = string.Join(',', names);
        using MemoryStream text = new();
        JsonSerializer.Serialize(text, known!, ApiJson.Default.DictionaryStringString);
        text.Position = 0;
        OutputFile.Write(path, text);
    }
}
