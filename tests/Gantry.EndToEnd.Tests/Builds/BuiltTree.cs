using System.Formats.Tar;
using System.Security.Cryptography;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What is in an image, a line for each path, so that two daemons' can be compared.</summary>
internal static class BuiltTree
{
    /// <summary>Made in every container, to mount on.</summary>
    private static readonly string[] Made =
        ["dev", "proc", "sys", "etc/hostname", "etc/hosts", "etc/resolv.conf", ".dockerenv", "etc/mtab"];

    public static async Task<IReadOnlyList<string>> ListAsync(Engine engine, string image)
    {
        string container = engine.NewName("built");
        await engine.Ok("create", "--name", container, image, "nothing");
        string archive = Path.Combine(Path.GetTempPath(), $"gantry-built-{Guid.NewGuid():N}.tar");
        try
        {
            await engine.Ok("export", "-o", archive, container);
            return Read(archive);
        }
        finally
        {
            File.Delete(archive);
            await engine.Run("rm", "-f", container);
        }
    }

    private static List<string> Read(string archive)
    {
        using FileStream file = File.OpenRead(archive);
        using TarReader reader = new(file);
        SortedDictionary<string, string> lines = new(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            string name = (entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name).Trim('/');
            if (name is "" or "etc" || Made.Any(made => name == made || name.StartsWith(made + "/", StringComparison.Ordinal))) continue;
            string content = entry.DataStream is { } data ? Convert.ToHexStringLower(SHA256.HashData(data))[..12] : "";
            string type = entry.EntryType is TarEntryType.V7RegularFile ? "RegularFile" : entry.EntryType.ToString();
            lines[name] = $"{name} {type} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.LinkName.TrimStart('/')} "
                + content;
        }
        return [.. lines.Values];
    }
}
