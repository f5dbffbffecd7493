using Gantry.Linux.Mounts;

namespace Gantry.Linux.Tests.Mounts;

public sealed class MountTableTests
{
    [Fact]
    public void LinesAreReadWithAndWithoutOptionalFields()
    {
        const string Text = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,errors=remount-ro
            29 22 0:26 /a\040b /mnt/with\040blank\134and\011tab ro - fuse.some\040thing  rw,user_id=0
            31 22 0:28 / /- rw shared:2 master:1 - tmpfs - rw,size=4k

            damaged
            12 1 0:1 / /short rw
            """;
        Assert.Equal(
        [
            new MountEntry(22, "254:0", "/", "ext4", "rw,errors=remount-ro", true),
            new MountEntry(29, "0:26", "/mnt/with blank\\and\ttab", "fuse.some\\040thing", "rw,user_id=0", false),
            new MountEntry(31, "0:28", "/-", "tmpfs", "rw,size=4k", true),
        ], MountTable.Parse(Text));
    }

    [Fact]
    public void OwnMountsHaveARoot() => Assert.Contains(MountTable.Own(), static mount => mount.Place == "/");
}
