using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>/dev: what every container has (config-linux.md, "Default Devices"), what the spec adds, and the customary links.</summary>
internal static class DeviceNodes
{
    private static readonly OciDevice[] Defaults =
    [
        Character("/dev/null", 1, 3), Character("/dev/zero", 1, 5), Character("/dev/full", 1, 7), Character("/dev/random", 1, 8),
        Character("/dev/urandom", 1, 9), Character("/dev/tty", 5, 0),
    ];

    private static readonly (string Name, string Target)[] Links =
    [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
        ("core", "/proc/kcore"),
    ];

    private static OciDevice Character(string path, long major, long minor) =>
        new() { Type = "c", Path = path, Major = major, Minor = minor, FileMode = Octal.O666 };

    public static void MakeAll(SafeFileDescriptor root, InitRequest request, OciSpec spec)
    {
        // A /dev that is bound from elsewhere is somebody else's, and complete.
        foreach (OciMount mount in spec.Mounts ?? [])
            if (mount.Destination.TrimEnd('/') == "/dev"
                && (mount.Type == "bind" || mount.Options?.Any(static o => o is "bind" or "rbind") == true)) return;
        foreach (OciDevice device in Defaults.Concat(spec.Linux?.Devices ?? []))
            MakeOne(root, device, request.InUser && device.Type != "p");
        using SafeFileDescriptor directory = RootedPath.OpenOrCreateDirectory(root, "/dev");
        foreach ((string name, string target) in Links)
            if (name != "core" || File.Exists(target)) Node.Link(target, directory, name);
        using SafeFileDescriptor? pts = RootedPath.OpenIfThere(root, "/dev/pts/ptmx", OpenFlags.Path);
        if (pts is null) return;
        Node.Remove(directory, "ptmx");
        Node.Link("pts/ptmx", directory, "ptmx");
    }

    private static void MakeOne(SafeFileDescriptor root, OciDevice device, bool bind)
    {
        int slash = device.Path.TrimEnd('/').LastIndexOf('/');
        string name = device.Path[(slash + 1)..];
        if (bind)
        {
            Bind(root, device);
            return;
        }
        using SafeFileDescriptor parent = RootedPath.OpenOrCreateDirectory(root, device.Path[..Math.Max(slash, 0)]);
        FileKind kind = device.Type switch
        {
            "c" or "u" => FileKind.CharacterDevice,
            "b" => FileKind.BlockDevice,
            "p" => FileKind.Fifo,
            _ => throw GantryException.Invalid($"device {device.Path} has type \"{device.Type}\"; known are c, u, b, p"),
        };
        try
        {
            if (!MakeOrReplace(parent, name, kind, device)) return;
        }
        catch (KernelException e) when (e.Errno == Errno.EPERM && kind != FileKind.Fifo)
        {
            // The runtime itself lives in a user namespace.
            Bind(root, device);
            return;
        }
        if ((device.Uid ?? 0) != 0 || (device.Gid ?? 0) != 0) Node.SetOwner(parent, name, device.Uid ?? 0, device.Gid ?? 0);
    }

    // A file or link of the image in the place of a device does not stay: programs would write there what they want to be rid of.
    private static bool MakeOrReplace(SafeFileDescriptor parent, string name, FileKind kind, OciDevice device)
    {
        uint mode = (device.FileMode ?? Octal.O666) & Octal.O7777;
        if (Node.Make(parent, name, kind, mode, device.Major ?? 0, device.Minor ?? 0)) return true;
        if (IsThere(parent, name, device)) return false;
        Node.Remove(parent, name);
        return Node.Make(parent, name, kind, mode, device.Major ?? 0, device.Minor ?? 0);
    }

    private static bool IsThere(SafeFileDescriptor parent, string name, OciDevice device)
    {
        using SafeFileDescriptor there = LinuxFile.OpenAt(parent, name, OpenFlags.Path | OpenFlags.NoFollow);
        return Is(there, device);
    }

    private static bool Is(SafeFileDescriptor file, OciDevice device) =>
        device.Type is "c" or "u" ? FileNature.IsCharacterDevice(file, (uint)(device.Major ?? 0), (uint)(device.Minor ?? 0))
        : FileNature.KindOf(file) == (device.Type == "b" ? FileKind.BlockDevice : FileKind.Fifo);

    // A user namespace may not make device nodes that work, but may bind those of the host: read-only,
    // which lets devices be written to and nothing about their nodes be changed.
    private static void Bind(SafeFileDescriptor root, OciDevice device)
    {
        string path = device.Path;
        using SafeFileDescriptor tree = DetachedMount.Clone(path, recursive: false);
        if (!Is(tree, device))
            throw new KernelException("bind device", Errno.ENODEV, path, $"{device.Major}:{device.Minor}", $"the host's {path} is another");
        DetachedMount.SetAttributes(tree, MountAttributes.ReadOnly, 0, recursive: false, path);
        using SafeFileDescriptor target = RootedPath.OpenOrCreate(root, path, directory: false, links: false);
        DetachedMount.Attach(tree, target, path);
    }
}
