using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.EndToEnd.Registries;

/// <summary>An archive for <c>load</c> of an image with a layer for each file.</summary>
internal static class LayeredArchive
{
    public static void Write(string path, string name, IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using TarWriter archive = new(File.Create(path), TarEntryFormat.Pax);
        List<string> layers = [], diffIds = [];
        foreach ((string file, byte[] content) in files)
        {
            byte[] layer = Layer(file, content);
            string digest = Convert.ToHexStringLower(SHA256.HashData(layer));
            diffIds.Add($"\"sha256:{digest}\"");
            layers.Add($"\"{digest}.tar\"");
            Add(archive, $"{digest}.tar", layer);
        }
        Add(archive, "config.json",
            Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","""
                + $$$""" "diff_ids":[{{{string.Join(',', diffIds)}}}]}}"""));
        Add(archive, "manifest.json",
            Encoding.UTF8.GetBytes($$"""[{"Config":"config.json","RepoTags":["{{name}}"],"Layers":[{{string.Join(',', layers)}}]}]"""));
    }

    private static byte[] Layer(string name, byte[] content)
    {
        using MemoryStream layer = new();
        using (TarWriter writer = new(layer, TarEntryFormat.Ustar, leaveOpen: true)) Add(writer, name, content);
        return layer.ToArray();
    }

    private static void Add(TarWriter writer, string name, byte[] content)
    {
        using MemoryStream data = new(content);
        writer.WriteEntry(
            new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = DateTimeOffset.UnixEpoch });
    }
}
