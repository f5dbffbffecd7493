using System.Runtime.InteropServices;

namespace Gantry.Linux.Files;

/// <summary>A device node as statx(2) sees it.</summary>
/// <param name="Type"><c>c</c> or <c>b</c>.</param>
/// <param name="Mode">Permission bits.</param>
public readonly unsafe record struct DeviceNode(string Path, string Type, long Major, long Minor, uint Mode, uint Uid, uint Gid)
{
    private const uint TypeMask = 0xF000, CharacterType = 0x2000, BlockType = 0x6000, PermissionMask = 0xFFF, BasicStats = 0x7FF;

    /// <summary>Follows links, as <c>--device</c> does. False for what is not there or is no device.</summary>
    public static bool TryRead(string path, out DeviceNode node)
    {
        node = default;
        StatX status = default;
        if (NativeStat.statx(Files.LinuxFile.WorkingDirectory, path, 0, BasicStats, &status) != 0) return false;
        uint type = status.Mode & TypeMask;
        if (type is not (CharacterType or BlockType)) return false;
        node = new DeviceNode(path, type == CharacterType ? "c" : "b", status.DeviceMajor, status.DeviceMinor,
            status.Mode & PermissionMask, status.Uid, status.Gid);
        return true;
    }
}

internal static unsafe partial class NativeStat
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int directory, string path, int flags, uint mask, StatX* result);
}

/// <summary>struct statx, 256 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatX
{
    [FieldOffset(20)] public uint Uid;
    [FieldOffset(24)] public uint Gid;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(128)] public uint DeviceMajor;
    [FieldOffset(132)] public uint DeviceMinor;
    [FieldOffset(136)] public uint FileDeviceMajor;
    [FieldOffset(140)] public uint FileDeviceMinor;
}
