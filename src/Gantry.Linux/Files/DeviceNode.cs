using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>A device node as statx(2) sees it.</summary>
/// <param name="Type"><c>c</c> or <c>b</c>.</param>
/// <param name="Mode">Permission bits.</param>
public readonly unsafe record struct DeviceNode(string Path, string Type, long Major, long Minor, uint Mode, uint Uid, uint Gid)
{
    private const uint TypeMask = 0xF000, CharacterType = 0x2000, BlockType = 0x6000, PermissionMask = 0xFFF;

    /// <summary>Follows links, as <c>--device</c> does. False for what is not there or is no device.</summary>
    public static bool TryRead(string path, out DeviceNode node)
    {
        node = default;
        FileCalls.Statx status;
        if (FileCalls.statx(FileCalls.AT_FDCWD, path, 0, FileCalls.STATX_BASIC_STATS, &status) != 0) return false;
        uint type = status.Mode & TypeMask;
        if (type is not (CharacterType or BlockType)) return false;
        node = new DeviceNode(path, type == CharacterType ? "c" : "b", status.RdevMajor, status.RdevMinor,
            status.Mode & PermissionMask, status.Uid, status.Gid);
        return true;
    }
}
