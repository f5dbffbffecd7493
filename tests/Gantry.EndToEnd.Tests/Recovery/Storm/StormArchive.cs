using System.Formats.Tar;
using System.Text;

namespace Gantry.EndToEnd.Recovery.Storm;

/// <summary>An archive of one small file.</summary>
internal static class StormArchive
{
    public static byte[] Of(string name, string content)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(
                new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(content)) });
        }
        return archive.ToArray();
    }

    public static string Content(Stream archive)
    {
        using TarReader reader = new(archive);
        return reader.GetNextEntry(copyData: true) is { DataStream: { } data } ? new StreamReader(data).ReadToEnd() : "";
    }
}
