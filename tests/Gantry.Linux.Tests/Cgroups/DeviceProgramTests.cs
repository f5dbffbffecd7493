using Gantry.Linux.Cgroups;

namespace Gantry.Linux.Tests.Cgroups;

/// <summary>The program is run here by a small interpreter, so that its decisions can be checked without a v2 host.</summary>
public sealed class DeviceProgramTests
{
    private const DeviceAccess All = DeviceAccess.Make | DeviceAccess.Read | DeviceAccess.Write;

    private static readonly List<ulong> Docker = DeviceProgram.Build(
    [
        new(false, 'a', null, null, All), new(true, 'c', null, null, DeviceAccess.Make), new(true, 'b', null, null, DeviceAccess.Make),
        new(true, 'c', 1, 3, All), new(true, 'c', 136, null, All), new(true, 'b', 8, 0, DeviceAccess.Read),
    ]);

    [Theory]
    [InlineData('c', 1, 3, All, true)]
    [InlineData('c', 1, 4, DeviceAccess.Make, true)]
    [InlineData('c', 1, 4, DeviceAccess.Read, false)]
    [InlineData('c', 136, 77, All, true)]
    [InlineData('b', 8, 0, DeviceAccess.Read, true)]
    [InlineData('b', 8, 0, DeviceAccess.Read | DeviceAccess.Write, false)]
    [InlineData('b', 8, 1, DeviceAccess.Read, false)]
    public void TheLastRuleThatMatchesDecides(char type, uint major, uint minor, DeviceAccess access, bool allowed) =>
        Assert.Equal(allowed, Run(Docker, type, major, minor, access));

    [Fact]
    public void ADenialTakesAwayWhatAnEarlierRuleGave()
    {
        List<ulong> program = DeviceProgram.Build([new(true, 'a', null, null, All), new(false, 'c', 10, null, DeviceAccess.Write)]);
        Assert.False(Run(program, 'c', 10, 1, DeviceAccess.Read | DeviceAccess.Write));
        Assert.True(Run(program, 'c', 10, 1, DeviceAccess.Read));
        Assert.True(Run(program, 'b', 10, 1, DeviceAccess.Write));
    }

    [Fact]
    public void NothingStandsBehindARuleWithoutConditions()
    {
        List<ulong> program = DeviceProgram.Build([new(true, 'c', 1, 3, All), new(false, 'a', null, null, All), new(true, 'c', 5, 0, All)]);
        // Six to load, five for the last rule, two for the one without conditions.
        Assert.Equal(6 + 5 + 2, program.Count);
        Assert.False(Run(program, 'c', 1, 3, DeviceAccess.Read));
    }

    private static bool Run(List<ulong> program, char type, uint major, uint minor, DeviceAccess access)
    {
        uint[] context = [(uint)access << 16 | (type == 'b' ? 1u : 2u), major, minor];
        ulong[] registers = new ulong[11];
        for (int at = 0; ; at++)
        {
            ulong instruction = program[at];
            int destination = (int)(instruction >> 8) & 0xF, source = (int)(instruction >> 12) & 0xF, constant = (int)(instruction >> 32);
            short offset = (short)(instruction >> 16);
            switch ((byte)instruction)
            {
                case 0x61: registers[destination] = context[offset / 4]; break;
                case 0x54: registers[destination] &= (uint)constant; break;
                case 0x74: registers[destination] >>= constant; break;
                case 0xBF: registers[destination] = registers[source]; break;
                case 0xB7: registers[destination] = (ulong)constant; break;
                case 0x15: at += registers[destination] == (ulong)constant ? offset : 0; break;
                case 0x55: at += registers[destination] != (ulong)constant ? offset : 0; break;
                case 0x5D: at += registers[destination] != registers[source] ? offset : 0; break;
                case 0x95: return registers[0] == 1;
                default: throw new InvalidOperationException($"instruction {instruction:x} is not expected");
            }
        }
    }
}
