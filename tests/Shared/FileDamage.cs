using System.Security.Cryptography;

namespace Gantry.Tests.Shared;

/// <summary>All that a disk, a power loss or a hand does to a file of the store.</summary>
public static class FileDamage
{
    public static readonly IReadOnlyList<string> Kinds =
        ["empty", "half", "junk", "nuls", "wrong type", "wrong members", "missing", "directory", "unreadable", "leads nowhere", "endless"];

    public static void Inflict(string kind, string path)
    {
        byte[] content = File.ReadAllBytes(path);
        // As a new file: what the old one is linked to must not feel it.
        File.Delete(path);
        switch (kind)
        {
            case "missing": break;
            case "directory": File.WriteAllText(Path.Combine(Directory.CreateDirectory(path).FullName, "x"), "x"); break;
            // A link to itself: even root cannot open it.
            case "unreadable": File.CreateSymbolicLink(path, path); break;
            case "leads nowhere": File.CreateSymbolicLink(path, "/nowhere"); break;
            case "endless": File.CreateSymbolicLink(path, "/dev/zero"); break;
            default:
                File.WriteAllBytes(path, kind switch
                {
                    "empty" => [],
                    "half" => content[..(content.Length / 2)],
                    "junk" => RandomNumberGenerator.GetBytes(content.Length),
                    "nuls" => new byte[content.Length],
                    "wrong type" => "[5]"u8.ToArray(),
                    "wrong members" => """{"Id":null,"Name":[1],"ChainId":7,"schemaVersion":"x","a":{"":""}}"""u8.ToArray(),
                    _ => throw new ArgumentOutOfRangeException(nameof(kind)),
                });
                break;
        }
    }
}
