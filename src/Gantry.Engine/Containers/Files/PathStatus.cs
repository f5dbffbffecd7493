using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers.Files;

/// <summary>What the API says about a path.</summary>
internal static class PathStatus
{
    public static ContainerPathStatus Of(ContainerPath path) => new()
    {
        Name = path.Name, Size = path.Status.Size, Mode = GoMode(path.Status), ModifiedAt = Time(path.Status.Modified),
        LinkTarget = path.Target,
    };

    /// <summary>The bits of Go's os.FileMode, which are not those of the kernel.</summary>
    private static uint GoMode(in FileStatus status)
    {
        uint mode = status.Mode & Octal.O777;
        if ((status.Mode & 0x800) != 0) mode |= 1u << 23;
        if ((status.Mode & 0x400) != 0) mode |= 1u << 22;
        if ((status.Mode & 0x200) != 0) mode |= 1u << 20;
        return mode | status.Kind switch
        {
            FileKind.Directory => 1u << 31, FileKind.Link => 1u << 27, FileKind.BlockDevice => 1u << 26,
            FileKind.CharacterDevice => (1u << 26) | (1u << 21),
            FileKind.Fifo => 1u << 25, FileKind.Socket => 1u << 24, _ => 0,
        };
    }

    private static string Time(FileTime time)
    {
        string seconds = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time.Seconds, -62135596800, 253402300799)).UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return time.Nanoseconds == 0 ? seconds + "Z"
            : $"{seconds}.{time.Nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }
}
