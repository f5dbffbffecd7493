using System.Runtime.InteropServices;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Cgroups;

[Flags]
public enum DeviceAccess { Make = 1, Read = 2, Write = 4 }

/// <param name="Type">c, b, or a for both.</param>
/// <param name="Major">Null is any.</param>
public sealed record DeviceRule(bool Allow, char Type, uint? Major, uint? Minor, DeviceAccess Access);

/// <summary>cgroup v2 has no list of devices: an eBPF program of type CGROUP_DEVICE says yes or no to each access (bpf(2)).</summary>
public static unsafe class DeviceProgram
{
    private const int CommandLoad = 5, CommandAttach = 8, CgroupDeviceProgram = 15, CgroupDeviceAttach = 6, AllowMulti = 2, BlockType = 1,
        CharacterType = 2;
    private const byte LoadWord = 0x61, AndImmediate = 0x54, RightShift = 0x74, MoveRegister = 0xBF, MoveImmediate = 0xB7,
        JumpNotEqualImmediate = 0x55,
        JumpNotEqualRegister = 0x5D, ExitProgram = 0x95;
    private const byte Result = 0, Context = 1, Type = 2, Access = 3, Major = 4, Minor = 5, Scratch = 6;

    /// <summary>Loads the program for these rules, of which the last that matches decides,
    /// and attaches it to a cgroup directory for as long as that exists.</summary>
    public static void Attach(string directory, IReadOnlyList<DeviceRule> rules)
    {
        using SafeFileDescriptor program = Load(Build(rules));
        using SafeFileDescriptor cgroup = LinuxFile.Open(directory, OpenFlags.Directory);
        int* attributes = stackalloc int[5] { cgroup.Number, program.Number, CgroupDeviceAttach, AllowMulti, 0 };
        if (SystemCalls.syscall(SyscallNumber.Bpf, CommandAttach, (nint)attributes, 20, 0, 0) < 0)
            throw KernelException.Last("attach device program", directory);
    }

    /// <remarks>
    /// The context is struct bpf_cgroup_dev_ctx: access in the upper half of its first word, type in the lower, then major and minor.
    /// Rules are tried from the last to the first. A deny rule matches when any of the access asked for is in it,
    /// an allow rule when all of it is.
    /// </remarks>
    internal static List<ulong> Build(IReadOnlyList<DeviceRule> rules)
    {
        List<ulong> code =
        [
            Instruction(LoadWord, Type, Context, 0, 0), Instruction(AndImmediate, Type, 0, 0, 0xFFFF),
            Instruction(LoadWord, Access, Context, 0, 0), Instruction(RightShift, Access, 0, 0, 16),
            Instruction(LoadWord, Major, Context, 4, 0), Instruction(LoadWord, Minor, Context, 8, 0),
        ];
        for (int i = rules.Count - 1; i >= 0; i--)
        {
            List<ulong> block = Block(rules[i]);
            code.AddRange(block);
            // A rule without a condition ends the program: the verifier refuses instructions that nothing reaches.
            if (block.Count == 2) return code;
        }
        code.Add(Instruction(MoveImmediate, Result, 0, 0, 0));
        code.Add(Instruction(ExitProgram, 0, 0, 0, 0));
        return code;
    }

    private static List<ulong> Block(DeviceRule rule)
    {
        // Each test is (jump operation, register, other register, immediate); its jump leads behind the block's two last instructions.
        List<ulong> before = [];
        List<(byte Operation, byte Register, byte Other, int Value)> tests = [];
        if (rule.Type != 'a') tests.Add((JumpNotEqualImmediate, Type, 0, rule.Type == 'b' ? BlockType : CharacterType));
        if (rule.Major is { } major) tests.Add((JumpNotEqualImmediate, Major, 0, (int)major));
        if (rule.Minor is { } minor) tests.Add((JumpNotEqualImmediate, Minor, 0, (int)minor));
        if (rule.Access != (DeviceAccess.Make | DeviceAccess.Read | DeviceAccess.Write))
        {
            before.Add(Instruction(MoveRegister, Scratch, Access, 0, 0));
            before.Add(Instruction(AndImmediate, Scratch, 0, 0, (int)rule.Access));
            tests.Add(rule.Allow ? (JumpNotEqualRegister, Scratch, Access, 0) : ((byte)0x15, Scratch, (byte)0, 0));
        }
        List<ulong> block = [.. before];
        for (int i = 0; i < tests.Count; i++)
            block.Add(Instruction(tests[i].Operation, tests[i].Register, tests[i].Other, (short)(tests.Count - i - 1 + 2), tests[i].Value));
        block.Add(Instruction(MoveImmediate, Result, 0, 0, rule.Allow ? 1 : 0));
        block.Add(Instruction(ExitProgram, 0, 0, 0, 0));
        return block;
    }

    // struct bpf_insn: operation, two registers of 4 bits, a 16-bit jump, a 32-bit constant.
    private static ulong Instruction(byte operation, byte destination, byte source, short jump, int constant) =>
        operation | (ulong)(byte)(source << 4 | destination) << 8 | (ulong)(ushort)jump << 16 | (ulong)(uint)constant << 32;

    private static SafeFileDescriptor Load(List<ulong> code)
    {
        byte[] license = Encoding.ASCII.GetBytes("Apache-2.0\0");
        byte[] log = new byte[16 << 10];
        fixed (ulong* instructions = CollectionsMarshal.AsSpan(code))
        fixed (byte* licenseText = license, logText = log)
        {
            LoadAttributes attributes = new() { Type = CgroupDeviceProgram, Count = (uint)code.Count, Instructions = (ulong)instructions,
                License = (ulong)licenseText };
            long fd = SystemCalls.syscall(SyscallNumber.Bpf, CommandLoad, (nint)(&attributes), sizeof(LoadAttributes), 0, 0);
            if (fd >= 0) return new SafeFileDescriptor((int)fd);
            int errno = Marshal.GetLastPInvokeError();
            (attributes.LogLevel, attributes.LogSize, attributes.Log) = (1, (uint)log.Length, (ulong)logText);
            SystemCalls.syscall(SyscallNumber.Bpf, CommandLoad, (nint)(&attributes), sizeof(LoadAttributes), 0, 0);
            string said = Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
            throw new KernelException("load device program", errno, hint: said.Length > 300 ? said[^300..] : said);
        }
    }

    private struct LoadAttributes
    {
        public uint Type, Count;
        public ulong Instructions, License;
        public uint LogLevel, LogSize;
        public ulong Log;
        public uint KernelVersion, Flags;
    }
}
