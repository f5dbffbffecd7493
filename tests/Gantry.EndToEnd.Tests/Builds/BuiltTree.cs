using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What is in an image, a line for each path, so that two daemons' can be compared.</summary>
internal static class BuiltTree
{
    /// <summary>Made in every container, to mount on.</summary>
    private static readonly string[] Made =
        ["dev", "proc", "sys", "etc/hostname", "etc/hosts", "etc/resolv.conf", ".dockerenv", "etc/mtab"];

    /// <param name="timesBefore">Times of what is older are told too, but those of directories: they have the hour of a build.</param>
    public static async Task<IReadOnlyList<string>> ListAsync(Engine engine, string image, DateTimeOffset timesBefore = default)
    {
        string container = engine.NewName("built");
        await engine.Ok("create", "--name", container, image, "nothing");
        string archive = Path.Combine(Path.GetTempPath(), $"gantry-built-{Guid.NewGuid():N}.tar");
        try
        {
            await engine.Ok("export", "-o", archive, container);
            return Read(archive, timesBefore);
        }
        finally
        {
            File.Delete(archive);
            await engine.Run("rm", "-f", container);
        }
    }

    private static List<string> Read(string archive, DateTimeOffset timesBefore)
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
            string time = entry.EntryType is not TarEntryType.Directory && entry.ModificationTime < timesBefore
                ? $" {entry.ModificationTime.ToUnixTimeSeconds()}" : "";
            lines[name] = $"{name} {type} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.LinkName.TrimStart('/')} "
                + content + Device(entry) + Attributes(entry) + time;
        }
        return [.. lines.Values];
    }

    private static string Device(TarEntry entry) => entry is PosixTarEntry { EntryType: TarEntryType.CharacterDevice
        or TarEntryType.BlockDevice } device ? $" {device.DeviceMajor}:{device.DeviceMinor}" : "";

    private static string Attributes(TarEntry entry) => entry is not PaxTarEntry pax ? "" : string.Concat(pax.ExtendedAttributes
        .Where(attribute => attribute.Key.StartsWith("SCHILY.xattr.", StringComparison.Ordinal)).OrderBy(attribute => attribute.Key,
            StringComparer.Ordinal)
        .Select(attribute => $" {attribute.Key[13..]}={Convert.ToHexStringLower(Encoding.UTF8.GetBytes(attribute.Value))}"));
}
