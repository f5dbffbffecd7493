using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux;

/// <summary>The kernel refused a step. The message says step, path, value, errno name, and a hint where one exists.</summary>
public sealed class KernelException : Exception
{
    public KernelException(string step, int errno, string? path = null, string? value = null, string? hint = null)
        : base(Describe(step, errno, path, value, hint))
    {
        Step = step;
        Errno = errno;
    }

    public string Step { get; }

    public int Errno { get; }

    public string ErrnoName => Linux.Errno.Name(Errno);

    private static string Describe(string step, int errno, string? path, string? value, string? hint)
    {
        StringBuilder text = new(step);
        if (path is not null) text.Append(' ').Append(path);
        if (value is not null) text.Append(" = ").Append(value);
        text.Append(": ").Append(Linux.Errno.Name(errno)).Append(" (").Append(Marshal.GetPInvokeErrorMessage(errno)).Append(')');
        if (!string.IsNullOrEmpty(hint)) text.Append(": ").Append(hint);
        return text.ToString();
    }
}
