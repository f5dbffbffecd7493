namespace Gantry.Conformance.Bundles;

/// <summary>A root directory with a static busybox, the applets that scripts here use, and the few files that programs look for.</summary>
public static class Rootfs
{
    // Not all four hundred: every test copies these links and removes them.
    private static readonly string[] Applets = ("sh cat chgrp chmod chown cp cut date dd df dmesg echo env expr false find grep head "
        + "hostname id ionice ip kill ln ls mkdir mknod mount mv nice " +
        "nproc ps pwd readlink renice rm rmdir sed seq setpriv setsid sleep sort stat stty sync tail taskset test timeout touch tr true "
            + "tty ulimit umount uname unshare uptime usleep wc xargs yes linux32").Split(' ');

    private static readonly Lazy<Task<string>> Template = new(MakeTemplate);

    /// <remarks>By a program of its own: a file that this process had open for writing could be held by a child that another test starts
    /// meanwhile, and executing it would fail.</remarks>
    public static async Task CopyTo(string root) =>
        (await Machine.Command.Run(Path.GetDirectoryName(root)!, ["cp", "-a", await Template.Value, root])).Succeeded();

    private static async Task<string> MakeTemplate()
    {
        string parent = Directory.CreateTempSubdirectory("conformance-root-").FullName, root = $"{parent}/rootfs";
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(parent, recursive: true);
        foreach (string directory in (string[])["bin", "proc", "sys", "dev", "etc", "tmp"])
            Directory.CreateDirectory($"{root}/{directory}");
        (await Machine.Command.Run(parent, ["cp", "/bin/busybox", $"{root}/bin/"])).Succeeded();
        foreach (string applet in Applets) File.CreateSymbolicLink($"{root}/bin/{applet}", "busybox");
        File.WriteAllText($"{root}/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbob:x:1000:1001:Bob:/tmp:/bin/sh\n");
        File.WriteAllText($"{root}/etc/group", "root:x:0:\nstaff:x:50:bob\n");
        return root;
    }
}
