using System.ComponentModel;
using System.Diagnostics;
using Gantry.Cli.CommandLine;
using Gantry.Linux.Trees;

namespace Gantry.Cli.Builds.Session;

/// <summary>An ssh agent of OpenSSH's that has the keys of some files, for one build: it asks for their passphrases at the terminal.
/// </summary>
/// <remarks>It ends with this program, however that ends: it runs a command that reads what we would write to it.</remarks>
internal sealed class KeyAgent : IDisposable
{
    private const string Ready = "ready";
    private const string Script = "ssh-add -q -- \"$@\" && echo " + Ready + " && exec cat";

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-ssh-").FullName;
    private readonly Process _agent;

    /// <exception cref="CliException">There is no ssh-agent, or it does not take a key.</exception>
    public KeyAgent(IReadOnlyList<string> keys)
    {
        ProcessStartInfo start = new("ssh-agent", ["-a", Socket, "/bin/sh", "-c", Script, "sh", .. keys])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        try
        {
            _agent = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            TreeRemoval.Remove(_directory);
            throw new CliException($"ssh-agent, which has keys of files, cannot be started: {e.Message}");
        }
        if (_agent.StandardOutput.ReadLine() == Ready) return;
        Dispose();
        throw new CliException($"ssh-add has not taken {string.Join(", ", keys)}");
    }

    public string Socket => Path.Combine(_directory, "agent");

    public void Dispose()
    {
        _agent.StandardInput.Close();
        _agent.WaitForExit();
        _agent.Dispose();
        TreeRemoval.Remove(_directory);
    }
}
