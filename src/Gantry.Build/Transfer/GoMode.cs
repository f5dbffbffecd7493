using Gantry.Linux.Files;

namespace Gantry.Build.Transfer;

/// <summary>Kind and permissions of a file as Go's <c>os.FileMode</c> has them in one number.</summary>
public static class GoMode
{
    private const uint Directory = 1u << 31, Link = 1u << 27, Device = 1u << 26, Pipe = 1u << 25, Socket = 1u << 24, SetUser = 1u << 23,
        SetGroup = 1u << 22, Character = 1u << 21, Sticky = 1u << 20, Irregular = 1u << 19;

    public static uint Of(FileKind kind, uint mode) => (mode & Octal.O777)
        | ((mode & 0x800) != 0 ? SetUser : 0) | ((mode & 0x400) != 0 ? SetGroup : 0) | ((mode & 0x200) != 0 ? Sticky : 0)
        | kind switch
        {
            FileKind.Directory => Directory, FileKind.Link => Link, FileKind.Fifo => Pipe, FileKind.Socket => Socket,
            FileKind.CharacterDevice => Device | Character, FileKind.BlockDevice => Device, _ => 0,
        };

    /// <returns>Null for a kind that Linux has not got.</returns>
    public static FileKind? KindOf(uint mode) => (mode & (Directory | Link | Device | Pipe | Socket | Character | Irregular)) switch
    {
        0 => FileKind.Regular, Directory => FileKind.Directory, Link => FileKind.Link, Pipe => FileKind.Fifo, Socket => FileKind.Socket,
        Device | Character => FileKind.CharacterDevice, Device => FileKind.BlockDevice, _ => null,
    };

    /// <summary>Permission bits with set-user-ID, set-group-ID and sticky, as the kernel has them.</summary>
    public static uint PermissionsOf(uint mode) => (mode & Octal.O777)
        | ((mode & SetUser) != 0 ? 0x800u : 0) | ((mode & SetGroup) != 0 ? 0x400u : 0) | ((mode & Sticky) != 0 ? 0x200u : 0);
}
