using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>process.apparmorProfile and process.selinuxLabel: what the security module makes of the process at its exec.</summary>
/// <remarks>The kernel's files are opened in the host's /proc, before the container's may take its place,
/// and written when the process is ready.</remarks>
internal sealed class SecurityLabels : IDisposable
{
    private const string AppArmorEnabled = "/sys/module/apparmor/parameters/enabled", SelinuxEnforce = "/sys/fs/selinux/enforce";

    private readonly SafeFileDescriptor? _appArmor, _selinux;
    private readonly OciProcess _process;

    private SecurityLabels(OciProcess process)
    {
        _process = process;
        if (!string.IsNullOrEmpty(process.ApparmorProfile)) _appArmor = OpenAppArmor(process.ApparmorProfile);
        if (!string.IsNullOrEmpty(process.SelinuxLabel)) _selinux = OpenSelinux($"process.selinuxLabel \"{process.SelinuxLabel}\"");
    }

    /// <returns>Null when the process asks for none.</returns>
    /// <exception cref="GantryException">The module is not active here.</exception>
    public static SecurityLabels? Open(OciProcess? process) =>
        process is null || (string.IsNullOrEmpty(process.ApparmorProfile) && string.IsNullOrEmpty(process.SelinuxLabel)) ? null
            : new SecurityLabels(process);

    public static bool AppArmorActive => File.Exists(AppArmorEnabled) && LinuxFile.ReadText(AppArmorEnabled) == "Y";

    public static bool SelinuxActive => File.Exists(SelinuxEnforce);

    /// <exception cref="GantryException">linux.mountLabel is asked for where nothing reads it.</exception>
    public static void CheckMountLabel(string? label)
    {
        if (!string.IsNullOrEmpty(label) && !SelinuxActive)
            throw GantryException.Unsupported($"linux.mountLabel \"{label}\": SELinux is not active on this host");
    }

    public void Apply()
    {
        if (_appArmor is not null)
            Write(_appArmor, $"exec {_process.ApparmorProfile}", $"apply AppArmor profile {_process.ApparmorProfile}");
        if (_selinux is not null) Write(_selinux, _process.SelinuxLabel!, $"apply SELinux label {_process.SelinuxLabel}");
    }

    private static void Write(SafeFileDescriptor file, string text, string step)
    {
        try
        {
            Descriptor.WriteAll(file.Number, System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (KernelException e)
        {
            throw new KernelException(step, e.Errno, hint: e.Errno == Errno.ENOENT ? "it is not loaded" : null);
        }
    }

    private static SafeFileDescriptor OpenAppArmor(string profile)
    {
        if (!AppArmorActive)
            throw GantryException.Unsupported($"process.apparmorProfile \"{profile}\": AppArmor is not active on this host");
        // Where several modules are active, the plain file may belong to another.
        try
        {
            return OpenAttribute("apparmor/exec");
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return OpenAttribute("exec");
        }
    }

    private static SafeFileDescriptor OpenSelinux(string asked)
    {
        if (!SelinuxActive) throw GantryException.Unsupported($"{asked}: SELinux is not active on this host");
        return OpenAttribute("exec");
    }

    // A label written into something else than procfs would be no label (CVE-2019-16884).
    private static SafeFileDescriptor OpenAttribute(string name) => ProcFile.Open($"{LinuxFile.ReadLink("/proc/thread-self")}/attr/{name}");

    public void Dispose()
    {
        _appArmor?.Dispose();
        _selinux?.Dispose();
    }
}
