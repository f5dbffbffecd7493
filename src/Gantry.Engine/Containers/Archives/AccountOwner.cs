using System.Globalization;
using System.Text;
using Gantry.Linux.Trees;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Containers.Archives;

/// <summary>Whom files belong to that are copied in with <c>cp -a</c>: the container's user, looked up in its own files.</summary>
internal static class AccountOwner
{
    private const int MaxFile = 4 << 20;

    /// <param name="user"><c>user[:group]</c>, names or numbers.</param>
    /// <exception cref="GantryException">Invalid: there is no such account.</exception>
    public static (uint User, uint Group) Find(DirectoryHandle root, string user)
    {
        string[] parts = user.Split(':', 2);
        string[]? account = Entry(root, "passwd", parts[0]);
        uint uid = Number(account?[2] ?? parts[0]) ?? throw GantryException.Invalid($"unable to find user {parts[0]}: no matching entries in passwd file");
        uint gid = account is { Length: > 3 } ? Number(account[3]) ?? 0 : 0;
        if (parts.Length == 2 && parts[1].Length > 0)
            gid = Number(Entry(root, "group", parts[1])?[2] ?? parts[1]) ?? throw GantryException.Invalid($"unable to find group {parts[1]}: no matching entries in group file");
        return (uid, gid);
    }

    private static string[]? Entry(DirectoryHandle root, string file, string name)
    {
        foreach (string line in Read(root, file).Split('\n'))
            if (line.Split(':') is { Length: >= 3 } fields && (fields[0] == name || fields[2] == name)) return fields;
        return null;
    }

    private static string Read(DirectoryHandle root, string file)
    {
        if (root.TryOpenInRoot("etc"u8, out DirectoryHandle? directory) != 0) return "";
        using (directory)
        {
            if (directory!.TryStatus(PathBytes.Of(file), out FileStatus status) != 0 || status.Kind != FileKind.Regular || status.Size > MaxFile) return "";
            if (directory.TryOpenFile(PathBytes.Of(file), out SafeFileHandle? handle) != 0) return "";
            using (handle)
            {
                byte[] content = new byte[status.Size];
                return Encoding.UTF8.GetString(content, 0, RandomAccess.Read(handle!, content, 0));
            }
        }
    }

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
