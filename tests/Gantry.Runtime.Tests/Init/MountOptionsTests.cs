using Gantry.Linux.Mounts;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Tests.Init;

public sealed class MountOptionsTests
{
    [Fact]
    public void OptionsAreSortedByWhoReadsThem()
    {
        MountOptions options = new(["rbind", "ro", "nosuid", "rprivate", "mode=755", "size=1m", "rnoexec", "noatime"]);
        Assert.True(options.Bind && options.Recursive);
        Assert.Equal(MountAttributes.ReadOnly | MountAttributes.NoSuid | MountAttributes.NoAccessTime, options.Set);
        Assert.Equal(MountAttributes.NoExecute, options.RecursiveSet);
        Assert.Equal([MountFlags.Private | MountFlags.Recursive], options.Propagation);
        Assert.Equal("mode=755,size=1m", options.Data);
    }

    [Fact]
    public void TheLastOfTwoOppositesWins()
    {
        MountOptions options = new(["ro", "rw", "exec", "noexec"]);
        Assert.Equal(MountAttributes.NoExecute, options.Set);
        Assert.Equal(MountAttributes.ReadOnly, options.Clear);
    }

    [Fact]
    public void RelatimeIsNoRecursiveElatime()
    {
        MountOptions options = new(["relatime", "remount"]);
        Assert.Equal(MountAttributes.None, options.RecursiveSet);
        Assert.Equal(MountFlags.None, options.Flags);
    }
}
