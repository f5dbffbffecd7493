using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Api.Volumes;

namespace Gantry.Cli.Options;

/// <summary>One <c>--mount</c>: <c>type=bind,source=/a,target=/b,readonly</c>.</summary>
internal static class MountFlag
{
    public static MountSpec Parse(string text)
    {
        MountSpec mount = new() { Type = "volume" };
        foreach ((string key, string? value, string field) in CsvFields.Pairs(text))
            if (!SetSwitch(mount, key, value))
                SetValue(mount, key, value ?? throw new FormatException($"invalid field '{field}' must be a key=value pair"), field);
        if (string.IsNullOrEmpty(mount.Type)) throw new FormatException("type is required");
        if (string.IsNullOrEmpty(mount.Target)) throw new FormatException("target is required");
        RefuseForeign(mount, "volume", mount.VolumeOptions is not null);
        RefuseForeign(mount, "bind", mount.BindOptions is not null);
        RefuseForeign(mount, "tmpfs", mount.TmpfsOptions is not null);
        RefuseForeign(mount, "image", mount.ImageOptions is not null);
        return mount;
    }

    private static void RefuseForeign(MountSpec mount, string type, bool present)
    {
        if (present && mount.Type != type) throw new FormatException($"cannot mix '{type}-*' options with mount type '{mount.Type}'");
    }

    /// <summary>Keys that may stand without a value.</summary>
    private static bool SetSwitch(MountSpec mount, string key, string? value)
    {
        switch (key)
        {
            case "readonly" or "ro": mount.ReadOnly = Bool(key, value); return true;
            case "volume-nocopy": Volume(mount).NoCopy = Bool(key, value); return true;
            case "bind-nonrecursive": Bind(mount).NonRecursive = Bool(key, value); return true;
            case "bind-create-src" or "bind-create-mountpoint": Bind(mount).CreateMountpoint = Bool(key, value); return true;
            default: return false;
        }
    }

    private static void SetValue(MountSpec mount, string key, string value, string field)
    {
        switch (key)
        {
            case "type": mount.Type = value.ToLowerInvariant(); break;
            case "source" or "src": mount.Source = value is "." or ".." || value.StartsWith("./", StringComparison.Ordinal)
                || value.StartsWith("../", StringComparison.Ordinal) ? Path.GetFullPath(value) : value; break;
            case "target" or "dst" or "destination": mount.Target = value; break;
            case "consistency": mount.Consistency = value.ToLowerInvariant(); break;
            case "bind-propagation": Bind(mount).Propagation = value.ToLowerInvariant(); break;
            case "bind-recursive": Recursive(mount, value); break;
            case "volume-label": Put(Volume(mount).Labels ??= [], value); break;
            case "volume-subpath": Volume(mount).Subpath = value; break;
            case "volume-driver": Driver(mount).Name = value; break;
            case "volume-opt": Put(Driver(mount).Options ??= [], value); break;
            case "image-subpath": (mount.ImageOptions ??= new()).Subpath = value; break;
            case "tmpfs-size": Tmpfs(mount).SizeBytes = ByteSize.Parse(value); break;
            case "tmpfs-mode": Tmpfs(mount).Mode = Octal(key, value); break;
            default: throw new FormatException($"unexpected key '{key}' in '{field}'");
        }
    }

    private static BindOptions Bind(MountSpec mount) => mount.BindOptions ??= new();
    private static VolumeOptions Volume(MountSpec mount) => mount.VolumeOptions ??= new();
    private static VolumeDriverConfig Driver(MountSpec mount) => Volume(mount).DriverConfig ??= new();
    private static TmpfsOptions Tmpfs(MountSpec mount) => mount.TmpfsOptions ??= new();

    private static void Put(Dictionary<string, string> map, string pair)
    {
        int equals = pair.IndexOf('=');
        map[equals < 0 ? pair : pair[..equals]] = equals < 0 ? "" : pair[(equals + 1)..];
    }

    private static void Recursive(MountSpec mount, string value)
    {
        switch (value)
        {
            case "enabled": break;
            case "disabled": Bind(mount).NonRecursive = true; break;
            case "writable": Bind(mount).ReadOnlyNonRecursive = true; break;
            case "readonly": Bind(mount).ReadOnlyForceRecursive = true; break;
            default: throw new FormatException(
                $"invalid value for bind-recursive: {value} (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
        }
    }

    private static bool Bool(string key, string? value) =>
        value is null || (GoBool.Parse(value) ?? throw new FormatException($"invalid value for {key}: {value}"));

    private static int Octal(string key, string value)
    {
        try
        {
            return Convert.ToInt32(value, 8);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new FormatException($"invalid value for {key}: {value}");
        }
    }
}
