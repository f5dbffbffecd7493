using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>The root filesystem where a foreign runtime finds it: mounted in the bundle, on the host, while the container exists.</summary>
internal sealed class ForeignRoot
{
    private readonly string? _target;

    public ForeignRoot(string bundle, OciSpec spec, RootMount? root)
    {
        Path = System.IO.Path.Combine(bundle, spec.Root?.Path ?? "rootfs");
        if (root is null) return;
        _target = Path;
        Directory.CreateDirectory(_target);
        using SafeFileDescriptor mount = RootAssembly.Open(root);
        using SafeFileDescriptor target = LinuxFile.OpenDirectory(_target);
        DetachedMount.Attach(mount, target, _target);
    }

    public string Path { get; }

    public void Unmount()
    {
        if (_target is not null) Mount.Unmount(_target);
    }
}
