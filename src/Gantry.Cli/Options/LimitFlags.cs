using System.Globalization;
using Gantry.Api.Containers;

namespace Gantry.Cli.Options;

/// <summary>The options whose value is a name or device with a number behind it.</summary>
internal static class LimitFlags
{
    private static readonly string[] UlimitNames =
        ["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime",
            "sigpending", "stack"];

    /// <summary><c>nofile=1024[:2048]</c>: soft, then hard.</summary>
    public static Ulimit Ulimit(string text)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? text : text[..equals];
        if (equals < 0) throw new FormatException($"invalid ulimit argument: {text}");
        if (Array.IndexOf(UlimitNames, name) < 0) throw new FormatException($"invalid ulimit type: {name}");
        string[] values = text[(equals + 1)..].Split(':');
        if (values.Length > 2)
            throw new FormatException($"too many limit value arguments - {text[(equals + 1)..]}, can only have up to two, `soft[:hard]`");
        long soft = Number(values[0]), hard = values.Length == 2 ? Number(values[1]) : soft;
        if (hard != -1 && (soft > hard || soft == -1))
            throw new FormatException($"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}");
        return new Ulimit { Name = name, Soft = soft, Hard = hard };
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
            : throw new FormatException($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    /// <summary><c>/dev/sda:10mb</c>: bytes a second.</summary>
    public static ThrottleDevice Bytes(string text)
    {
        (string path, string value) = Device(text);
        return new ThrottleDevice { Path = path, Rate = ByteSize.Parse(value) };
    }

    /// <summary><c>/dev/sda:100</c>: operations a second.</summary>
    public static ThrottleDevice Operations(string text)
    {
        (string path, string value) = Device(text);
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long rate)
            ? new ThrottleDevice { Path = path, Rate = rate }
            : throw new FormatException(
            $"invalid rate for device: {text}. The correct format is <device-path>:<number>. Number must be a positive integer");
    }

    public static WeightDevice Weight(string text)
    {
        (string path, string value) = Device(text);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int weight) && weight is 0 or >= 10 and <= 1000
            ? new WeightDevice { Path = path, Weight = weight }
            : throw new FormatException($"invalid weight for device: {text}");
    }

    private static (string Path, string Value) Device(string text)
    {
        int colon = text.IndexOf(':');
        if (colon < 0) throw new FormatException($"bad format: {text}");
        string path = text[..colon];
        return path.StartsWith("/dev/", StringComparison.Ordinal) ? (path, text[(colon + 1)..])
            : throw new FormatException($"bad format for device path: {text}");
    }

    /// <summary><c>/dev/a[:/dev/b][:rwm]</c>.</summary>
    public static DeviceMapping Mapping(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 3 || parts[0].Length == 0) throw new FormatException($"invalid device specification: {text}");
        DeviceMapping mapping = new() { PathOnHost = parts[0], PathInContainer = parts[0], CgroupPermissions = "rwm" };
        if (parts.Length == 3) (mapping.PathInContainer, mapping.CgroupPermissions) = (parts[1], parts[2]);
        else if (parts.Length == 2 && IsMode(parts[1])) mapping.CgroupPermissions = parts[1];
        else if (parts.Length == 2) mapping.PathInContainer = parts[1];
        if (!IsMode(mapping.CgroupPermissions)) throw new FormatException($"bad mode specified: {mapping.CgroupPermissions}");
        if (!mapping.PathInContainer.StartsWith('/')) throw new FormatException($"{mapping.PathInContainer} is not an absolute path");
        return mapping;
    }

    private static bool IsMode(string text) => text.Length > 0 && text.All("rwm".Contains) && text.Distinct().Count() == text.Length;

    /// <summary>A device by the name that a CDI specification gives it: <c>vendor.com/class=name</c>.</summary>
    public static bool IsCdi(string text) => !text.StartsWith('/') && text.IndexOf('/') is > 0 and int slash && text.IndexOf('=') > slash;
}
