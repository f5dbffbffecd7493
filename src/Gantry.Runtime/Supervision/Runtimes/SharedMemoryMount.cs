using Gantry.Linux.Mounts;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>The shared memory that other containers may join. Those that have joined keep it when this container ends.</summary>
internal sealed class SharedMemoryMount : IDisposable
{
    private const MountFlags Flags = MountFlags.NoSuid | MountFlags.NoDevices | MountFlags.NoExecute;

    private readonly string _path;

    public SharedMemoryMount(SharedMemory memory)
    {
        _path = memory.Path;
        Directory.CreateDirectory(_path);
        // A supervisor that was killed has left its own.
        Dispose();
        Mount.FileSystem("shm", _path, "tmpfs", Flags, $"mode=1777,size={memory.Size}");
    }

    public void Dispose()
    {
        while (Mount.Unmount(_path)) { }
    }
}
