namespace Gantry.Linux.Files;

/// <summary>A device node as statx(2) sees it.</summary>
/// <param name="Type"><c>c</c> or <c>b</c>.</param>
/// <param name="Mode">Permission bits.</param>
public readonly record struct DeviceNode(string Path, string Type, long Major, long Minor, uint Mode, uint Uid, uint Gid)
{
    /// <summary>Follows links, as <c>--device</c> does. False for what is not there or is no device.</summary>
    public static bool TryRead(string path, out DeviceNode node)
    {
        node = default;
        if (StatusCall.Of(path) is not { } status) return false;
        FileKind kind = StatusCall.Kind(status);
        if (kind is not (FileKind.CharacterDevice or FileKind.BlockDevice)) return false;
        node = new DeviceNode(path, kind == FileKind.CharacterDevice ? "c" : "b", status.RdevMajor, status.RdevMinor,
            StatusCall.Permissions(status), status.Uid, status.Gid);
        return true;
    }
}
