namespace Gantry.Linux.Seccomp;

/// <summary>SECCOMP_FILTER_FLAG_* of seccomp(2).</summary>
public static class SeccompFilter
{
    /// <summary>SECCOMP_FILTER_FLAG_NEW_LISTENER: for a filter with SECCOMP_RET_USER_NOTIF.</summary>
    public const uint NewListener = 8;
}
