using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>User namespaces that nobody lives in: mount_setattr(2) takes one as the mapping of an idmapped mount.</summary>
public static unsafe class UserNamespace
{
    private const ulong ClonePidFd = 0x1000;
    private const int SignalChild = 17;

    /// <param name="writeMappings">Gets the number of a process in the namespace, whose uid_map and gid_map are to be written.</param>
    /// <exception cref="KernelException"/>
    public static SafeFileDescriptor Create(Action<int> writeMappings)
    {
        using UnmanagedStrings memory = new();
        var (wait, release) = Descriptor.Pipe();
        using (wait)
        {
            ChildCalls calls = new(memory, capacity: 2);
            calls.Add(ChildStep.None, SyscallNumber.Close, release.Number);
            // Until the parent closes its end, or is gone.
            calls.Add(ChildStep.None, SyscallNumber.Read, wait.Number, (nint)memory.Allocate(1), 1);
            ProcessCalls.CloneArguments* clone = (ProcessCalls.CloneArguments*)memory.Allocate(sizeof(ProcessCalls.CloneArguments));
            int* pidFd = (int*)memory.Allocate(sizeof(int));
            clone->Flags = (ulong)NamespaceKinds.User | ClonePidFd;
            clone->ExitSignal = SignalChild;
            clone->PidFd = (ulong)pidFd;
            long pid = ClonedChild.Clone(clone, calls.First, calls.Count, wait.Number, memory);
            if (pid < 0)
            {
                release.Dispose();
                throw new KernelException("clone3", (int)-pid, value: "new user namespace");
            }
            using SafeFileDescriptor process = new(*pidFd);
            try
            {
                writeMappings((int)pid);
                return LinuxFile.Open($"/proc/{pid}/ns/user", OpenFlags.ReadOnly);
            }
            finally
            {
                release.Dispose();
                ChildProcess.Wait(process);
            }
        }
    }
}
