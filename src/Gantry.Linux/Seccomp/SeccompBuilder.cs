using Gantry.Linux.Files;

namespace Gantry.Linux.Seccomp;

/// <summary>One condition on a call's argument.</summary>
/// <param name="Operation">As libseccomp counts: 1 not equal, 2 less, 3 less or equal, 4 equal, 5 greater or equal, 6 greater, 7 equal
/// under the mask <paramref name="First"/>.</param>
public readonly record struct SeccompCondition(uint Argument, int Operation, ulong First, ulong Second);

/// <summary>Compiles a list of rules to the classic BPF that seccomp(2) takes.</summary>
public sealed unsafe class SeccompBuilder : IDisposable
{
    private const int BadArchitectureAction = 2, Exists = -17;
    private const uint Allow = 0x7FFF0000;

    private readonly nint _context;
    private readonly uint _default;

    /// <param name="action">SECCOMP_RET_* for calls without a rule.</param>
    public SeccompBuilder(uint action)
    {
        _default = action;
        _context = Initialize(action);
        if (_context == 0) throw new KernelException("seccomp_init", Errno.EINVAL, value: action.ToString("x"));
    }

    /// <summary>The highest number of this machine's own calls that has a rule.</summary>
    public int HighestCall { get; private set; }

    private static nint Initialize(uint action)
    {
        try
        {
            return NativeSeccomp.seccomp_init(action);
        }
        catch (DllNotFoundException e)
        {
            throw GantryException.Unsupported($"a seccomp policy needs libseccomp.so.2: {e.Message}");
        }
    }

    /// <param name="name">As libseccomp has it, such as <c>x86_64</c>.</param>
    public void AddArchitecture(string name)
    {
        uint architecture = NativeSeccomp.seccomp_arch_resolve_name(name);
        if (architecture == 0) throw GantryException.Invalid($"seccomp architecture {name} is not known");
        int result = NativeSeccomp.seccomp_arch_add(_context, architecture);
        if (result is not (0 or Exists)) throw new KernelException("seccomp_arch_add", -result, value: name);
    }

    /// <summary>A call that this kernel's or libseccomp's generation does not know is left to the default action.</summary>
    public void AddRule(uint action, string call, ReadOnlySpan<SeccompCondition> conditions)
    {
        int number = NativeSeccomp.seccomp_syscall_resolve_name(call);
        // Negative numbers below -1 stand for calls of other architectures, and are good for those.
        if (number == -1 || action == _default) return;
        HighestCall = Math.Max(HighestCall, number);
        NativeSeccomp.Comparison* comparisons = stackalloc NativeSeccomp.Comparison[6];
        for (int i = 0; i < conditions.Length; i++)
            comparisons[i] = new() { Argument = conditions[i].Argument, Operation = conditions[i].Operation, First = conditions[i].First,
                Second = conditions[i].Second };
        int result = NativeSeccomp.seccomp_rule_add_array(_context, action, number, (uint)conditions.Length, comparisons);
        if (result is not (0 or Exists)) throw new KernelException("seccomp rule for", -result, call);
    }

    public byte[] Compile()
    {
        NativeSeccomp.seccomp_attr_set(_context, BadArchitectureAction, _default == Allow ? Allow : _default);
        using SafeFileDescriptor file = SealedMemory.Create("seccomp");
        int result = NativeSeccomp.seccomp_export_bpf(_context, file.Number);
        if (result != 0) throw new KernelException("seccomp_export_bpf", -result);
        return File.ReadAllBytes(file.ProcPath);
    }

    public void Dispose() => NativeSeccomp.seccomp_release(_context);
}
