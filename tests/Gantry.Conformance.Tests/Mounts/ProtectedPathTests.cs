using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Mounts;

public sealed class ProtectedPathTests
{
    [Theory, EveryRuntime]
    public async Task AMaskedFileIsEmptyAndAMaskedDirectoryToo(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime,
            "wc -c < /etc/passwd; ls /etc/dir | wc -l; (touch /etc/dir/x) 2>/dev/null || echo refused").Set("linux.maskedPaths",
            """["/etc/passwd","/etc/dir","/no/such/path"]""");
        Directory.CreateDirectory($"{bundle.Root}/etc/dir/inner");
        Assert.Equal("0\n0\nrefused", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task KernelFilesAreMasked(string runtime)
    {
        await using Bundle bundle =
            new Bundle(runtime, "wc -c < /proc/version; ls /proc/fs | wc -l").Set("linux.maskedPaths", """["/proc/version","/proc/fs"]""");
        Assert.Equal("0\n0", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AReadOnlyPathCanBeReadAlone(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime,
            "cat /etc/passwd | head -n 1; (echo x >> /etc/passwd) 2>/dev/null || echo refused; (echo x > /proc/sys/kernel/hostname) "
                + "2>/dev/null || echo refused; touch /tmp/x && echo allowed")
            .Set("linux.readonlyPaths", """["/etc","/proc/sys","/no/such/path"]""");
        Assert.Equal("root:x:0:0:root:/root:/bin/sh\nrefused\nrefused\nallowed", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnExecSeesThemToo(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Set("linux.maskedPaths", """["/etc/passwd"]""")
            .Set("linux.readonlyPaths", """["/etc/group"]""");
        await bundle.Start();
        Assert.Equal("0\nrefused",
            (await bundle.Exec("sh", "-c", "wc -c < /etc/passwd; (echo x >> /etc/group) 2>/dev/null || echo refused")).Succeeded());
    }
}
