using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

public sealed class ProgramFileTests
{
    [Theory, EveryRuntime]
    public async Task TheRuntimeCannotBeOverwrittenFromInside(string runtime)
    {
        // CVE-2019-5736: what a process was before its exec is in reach through /proc.
        byte[] before = File.ReadAllBytes(ContainerRuntime.PathOf(runtime));
        await using Bundle itself = new Bundle(runtime).Args("/proc/self/exe", "--version");
        await itself.Run();
        await using Bundle writer = new(runtime,
            "n=0; while [ $n -lt 300 ]; do for p in /proc/[0-9]*/exe; do case $(readlink $p) in */busybox) ;; *) (echo x > $p) "
                + "2>/dev/null;; esac; done; n=$((n+1)); done");
        await writer.Start();
        for (int i = 0; i < 3; i++) await writer.Exec("true");
        Assert.Equal(before, File.ReadAllBytes(ContainerRuntime.PathOf(runtime)));
    }
}
