using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Linux.Seccomp;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>From the spec's policy to a filter.</summary>
internal static class SeccompCompiler
{
    private const uint ReturnErrno = 0x00050000, Notify = 0x7FC00000, Native = 0xC000003E, X32Bit = 0x40000000;

    public static IReadOnlyList<string> Actions { get; } =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG",
        "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    public static IReadOnlyList<string> Operators { get; } =
        ["SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE"];

    public static IReadOnlyList<string> Architectures { get; } =
    [
        "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL",
        "SCMP_ARCH_MIPSEL64",
        "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE",
        "SCMP_ARCH_RISCV64",
        "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64",
    ];

    public static byte[] Compile(OciSeccomp seccomp)
    {
        uint fallback = Action(seccomp.DefaultAction, seccomp.DefaultErrnoRet);
        SeccompPolicy.CheckNotify(seccomp);
        using SeccompBuilder builder = new(fallback);
        foreach (string architecture in seccomp.Architectures ?? [])
            builder.AddArchitecture(architecture.Replace("SCMP_ARCH_", "", StringComparison.Ordinal).ToLowerInvariant());
        foreach (OciSyscallRule rule in seccomp.Syscalls ?? [])
        {
            uint action = Action(rule.Action, rule.ErrnoRet);
            foreach (string name in rule.Names) Add(builder, action, name, rule.Args ?? []);
        }
        byte[] filter = builder.Compile();
        return fallback == (ReturnErrno | Errno.EPERM) ? WithUnknownCallsMissing(filter, builder.HighestCall) : filter;
    }

    private static void Add(SeccompBuilder builder, uint action, string name, IReadOnlyList<OciSyscallArgument> arguments)
    {
        SeccompCondition[] conditions =
            [.. arguments.Select(static a => new SeccompCondition(a.Index, Operation(a.Op), a.Value, a.ValueTwo))];
        bool repeats = conditions.DistinctBy(static c => c.Argument).Count() < conditions.Length;
        // Conditions all have to hold; several on one argument libseccomp cannot join, and by custom they are alternatives.
        if (!repeats) builder.AddRule(action, name, conditions);
        else foreach (SeccompCondition condition in conditions) builder.AddRule(action, name, [condition]);
    }

    /// <summary>Puts in front: a call newer than every call of the policy does not exist (ENOSYS), so that libc falls back to an older one
    /// instead of failing with EPERM.</summary>
    private static byte[] WithUnknownCallsMissing(byte[] filter, int highest)
    {
        (ushort Code, byte True, byte False, uint Value)[] prefix =
        [
            (0x20, 0, 0, 4),                          // load the architecture
            (0x15, 0, 4, Native),                     // another than ours: to the filter
            (0x20, 0, 0, 0),                          // load the call's number
            (0x35, 2, 0, X32Bit),                     // an x32 call: to the filter
            (0x25, 0, 1, (uint)highest),              // not above: to the filter
            (0x06, 0, 0, ReturnErrno | Errno.ENOSYS),
        ];
        byte[] result = new byte[prefix.Length * 8 + filter.Length];
        for (int i = 0; i < prefix.Length; i++)
        {
            Span<byte> instruction = result.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, prefix[i].Code);
            (instruction[2], instruction[3]) = (prefix[i].True, prefix[i].False);
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], prefix[i].Value);
        }
        filter.CopyTo(result, prefix.Length * 8);
        return result;
    }

    private static uint Action(string action, uint? errno) => action switch
    {
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0x00000000,
        "SCMP_ACT_KILL_PROCESS" => 0x80000000,
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_ERRNO" => ReturnErrno | Value(errno),
        "SCMP_ACT_TRACE" => 0x7FF00000 | Value(errno),
        "SCMP_ACT_NOTIFY" => Notify,
        "SCMP_ACT_LOG" => 0x7FFC0000,
        "SCMP_ACT_ALLOW" => 0x7FFF0000,
        _ => throw GantryException.Unsupported($"seccomp action {action} is not supported"),
    };

    // It shares a word with the action, and must not become another one.
    private static uint Value(uint? errno) =>
        errno is > ushort.MaxValue ? throw GantryException.Invalid($"seccomp errnoRet {errno} is above {ushort.MaxValue}")
            : errno ?? Errno.EPERM;

    private static int Operation(string name) => name switch
    {
        "SCMP_CMP_NE" => 1,
        "SCMP_CMP_LT" => 2,
        "SCMP_CMP_LE" => 3,
        "SCMP_CMP_EQ" => 4,
        "SCMP_CMP_GE" => 5,
        "SCMP_CMP_GT" => 6,
        "SCMP_CMP_MASKED_EQ" => 7,
        _ => throw GantryException.Invalid($"seccomp operator {name} is not known"),
    };
}
