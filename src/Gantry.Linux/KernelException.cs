using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>The kernel refused a step. The message says step, path, value, errno name, and a hint where one exists.</summary>
public sealed class KernelException : SystemRefusalException
{
    public KernelException(string step, int errno, string? path = null, string? value = null, string? hint = null)
        : base(Describe(step, errno, path, value, hint)) => (Step, Errno, Path, Value) = (step, errno, path, value);

    public string Step { get; }

    public int Errno { get; }

    public string ErrnoName => Linux.Errno.Name(Errno);

    public string? Path { get; }

    public string? Value { get; }

    /// <summary>Takes errno from the call just made through an import that sets the last error.</summary>
    public static KernelException Last(string step, string? path = null, string? value = null, string? hint = null) =>
        new(step, Marshal.GetLastPInvokeError(), path, value, hint);

    private static string Describe(string step, int errno, string? path, string? value, string? hint)
    {
        string text = step;
        if (path is not null) text += $" {path}";
        if (value is not null) text += $" = {value}";
        text += $": {Linux.Errno.Message(errno)} ({Linux.Errno.Name(errno)})";
        return string.IsNullOrEmpty(hint) ? text : $"{text}: {hint}";
    }
}
