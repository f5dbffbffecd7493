using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;

namespace Gantry.Linux.Mounts;

/// <summary>An overlay in user space, by the program fuse-overlayfs, as a detached mount.</summary>
/// <remarks>
/// The mount is made here, and the program is given its open end in the place of a mount point (libfuse: <c>/dev/fd/N</c>),
/// so the host's mount table never shows it. The program goes into the background once it serves,
/// and ends by itself with the mount's last user, whatever becomes of us.
/// </remarks>
public static class FuseOverlayMount
{
    private const string Program = "fuse-overlayfs", Device = "/dev/fuse", Type = "fuse";
    private const int DeviceNumber = 3, MostWords = 2048, Patience = 60_000;

    /// <param name="lower">Topmost first.</param>
    /// <exception cref="KernelException">With the program's own words where it gave some; its hint says what is missing.</exception>
    public static SafeFileDescriptor Create(IReadOnlyList<string> lower, string upper, string work)
    {
        string program = ProgramLookup.Find(Program)
            ?? throw new KernelException("find program", Errno.ENOENT, Program, hint: "install the package fuse-overlayfs");
        using SafeFileDescriptor device = LinuxFile.Open(Device, OpenFlags.ReadWrite);
        SafeFileDescriptor mount = Mount(device);
        try
        {
            Serve(program, device, $"lowerdir={string.Join(':', lower.Select(Checked))},upperdir={Checked(upper)},workdir={Checked(work)}");
            return mount;
        }
        catch
        {
            mount.Dispose();
            throw;
        }
    }

    private static SafeFileDescriptor Mount(SafeFileDescriptor device) => DetachedMount.Create(Type, new Dictionary<string, string?>
    {
        ["source"] = Program,
        ["fd"] = device.Number.ToString(),
        ["rootmode"] = "40000",
        ["user_id"] = "0",
        ["group_id"] = "0",
        // The kernel judges by owner and mode, as on any file system, instead of asking the program.
        ["default_permissions"] = null,
        ["allow_other"] = null,
    }, 0);

    private static void Serve(string program, SafeFileDescriptor device, string options)
    {
        var (words, theirs) = Descriptor.Pipe();
        using (words)
        {
            ChildProcess child;
            using (theirs)
            using (SafeFileDescriptor nothing = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite))
            {
                child = ChildProcess.Spawn(new ChildRequest
                {
                    Path = program,
                    Arguments = [Program, "-o", options, $"/dev/fd/{DeviceNumber}"],
                    Descriptors = [(nothing.Number, 0), (theirs.Number, 1), (theirs.Number, 2), (device.Number, DeviceNumber)],
                    NewSession = true,
                });
            }
            using (child)
            {
                if (!Descriptor.WaitReadable(child.PidFd.Number, Patience))
                {
                    child.End();
                    throw new KernelException("mount with", Errno.ETIMEDOUT, program);
                }
                string said = ReadWords(words);
                if (ChildProcess.Wait(child.PidFd) is not { Code: 0 })
                    throw new KernelException("mount with", Errno.EIO, program, hint: said.Length > 0 ? said : null);
            }
        }
    }

    // Its end is that of the foreground process: the one behind has its streams on /dev/null.
    private static string ReadWords(SafeFileDescriptor pipe)
    {
        byte[] text = new byte[MostWords];
        int length = 0, count;
        while (length < text.Length && (count = Descriptor.Read(pipe.Number, text.AsSpan(length))) > 0) length += count;
        return Encoding.UTF8.GetString(text, 0, length).Trim();
    }

    // The program takes ':' between layers and ',' between options, and has no way to write either in a path that all its versions know.
    private static string Checked(string path) =>
        path.AsSpan().IndexOfAny(':', ',', '\\') < 0 ? path
            : throw new KernelException("mount with fuse-overlayfs", Errno.EINVAL, path,
            hint: "the data root must not have ':', ',' or '\\' in its path");
}
