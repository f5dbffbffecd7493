using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gantry.Build.Contexts;
using Gantry.Build.Execution;
using Gantry.Build.Repositories;

namespace Gantry.Build.Tests.Repositories;

/// <summary>From a server that gives files alone, as any web server can.</summary>
public sealed class GitCloneTests : IDisposable
{
    private const string Git = "git -c user.name=a -c user.email=b -c init.defaultBranch=main ";

    private readonly TestTree _tree = new();
    private readonly FileServer _server;

    public GitCloneTests()
    {
        if (Environment.GetEnvironmentVariable("PATH")!.Split(':').All(path => !File.Exists(Path.Combine(path, "git"))))
            Assert.Skip("git is not installed");
        _server = new FileServer(_tree.Path);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _tree.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Now => "GIT_COMMITTER_DATE='@1000000000 +0000' GIT_AUTHOR_DATE='@1000000000 +0000' ";

    /// <summary>A repository, of what the script makes, which any web server can give.</summary>
    private void Make(string name, string script) => _tree.Shell($"[ -d {name} ] || {Git} init -q {name}; cd {name}; {script}\n"
        + $"git add -A; {Now}{Git} commit -q --allow-empty -m x; git update-server-info");

    private GitAddress Address(string rest) => Address(_server, rest);

    private static GitAddress Address(FileServer server, string rest, string who = "") =>
        GitAddress.Find($"{server.Address.Replace("//", "//" + who)}/{rest}", bareHosts: true)!;

    private Task<ContextDirectory> Receive(string rest, bool keepGit = false, RepositorySettings? settings = null,
        CancellationToken? cancellation = null)
    {
        int paths = 0;
        return RepositoryContext.ReceiveAsync(Address(rest), () => _tree[$"work{Interlocked.Increment(ref paths)}"], "", keepGit,
            settings ?? new RepositorySettings(), cancellation ?? Stop);
    }

    private string Commit(string name, string of = "HEAD")
    {
        _tree.Shell($"git -C {name} rev-parse {of} > commit");
        return _tree.Read("commit").Trim();
    }

    private string[] Listed(string below) => [.. _tree.List(times: true).Where(line => line.StartsWith(below, StringComparison.Ordinal))
        .Where(line => line[below.Length] != ' ').Select(line => line[below.Length..])];

    private bool IsClean => !_tree.List().Any(line => line.StartsWith("work", StringComparison.Ordinal));

    [Theory]
    [InlineData("", "two")]
    [InlineData("#main", "two")]
    [InlineData("#v1", "one")]
    [InlineData("#object", "one")]
    [InlineData("#refs/tags/v1", "one")]
    [InlineData("#other:dir", "three")]
    [InlineData("#other:link", "three")]
    [InlineData("#both", "one")]
    [InlineData("#v1:/", "one")]
    public async Task AReferenceIsFound(string rest, string content)
    {
        Make("r", "echo one > Dockerfile");
        Make("r", $"git tag v1; {Git} tag -a -m x object; git tag both; echo two > Dockerfile");
        Make("r", "git checkout -q -b other; git branch both; mkdir dir; echo three > dir/Dockerfile; ln -s dir link");
        _tree.Shell("cd r; git checkout -q main; git update-server-info");
        using (ContextDirectory context = await Receive("r/.git" + rest)) Assert.Equal(content + "\n", context.Dockerfile);
        Assert.True(IsClean);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(8)]
    public async Task ACommitIsFoundByItsNameInPartToo(int length)
    {
        Make("r", "echo one > Dockerfile");
        string commit = Commit("r")[..length];
        Make("r", "echo two > Dockerfile");
        using ContextDirectory context = await Receive($"r/.git#{commit}");
        Assert.Equal("one\n", context.Dockerfile);
    }

    [Fact]
    public async Task ATagThatIsAnObjectIsFoundByItsOwnName()
    {
        Make("r", "echo one > Dockerfile");
        Make("r", $"{Git} tag -a -m x object; echo two > Dockerfile");
        using ContextDirectory context = await Receive($"r/.git#{Commit("r", "object")}");
        Assert.Equal("one\n", context.Dockerfile);
    }

    [Theory]
    [InlineData("r/.git#nosuch", "error fetching: fatal: couldn't find remote ref nosuch")]
    [InlineData("r/.git#abcdef12", "error fetching: fatal: couldn't find remote ref abcdef12")]
    [InlineData("r/.git#:nosuch", "error setting git context: stat nosuch: No such file or directory")]
    [InlineData("r/.git#:file", "error setting git context, not a directory: file")]
    [InlineData("r/.git#:..", "error setting git context, \"..\" not within git root")]
    [InlineData("r/.git#:.git", "error setting git context: stat .git: No such file or directory")]
    [InlineData("r/.git#:empty", "error setting git context: stat empty: No such file or directory")]
    public async Task WhatIsNotThereIsSaid(string rest, string message)
    {
        Make("r", "echo one > Dockerfile; echo x > file; mkdir empty");
        Assert.Equal(message, (await Assert.ThrowsAsync<GantryException>(() => Receive(rest))).Message, ignoreCase: true);
        Assert.True(IsClean);
    }

    [Fact]
    public async Task ARepositoryThatIsNotThereIsSaidWithoutThePassword()
    {
        GitAddress address = GitAddress.Find(_server.Address.Replace("//", "//user:secret@") + "/none.git", bareHosts: true)!;
        using GitClone clone = new(address, _tree["work"], new RepositorySettings(), ownKeys: true);
        GantryException e = await Assert.ThrowsAsync<GantryException>(() => clone.ResolveAsync(Stop));
        Assert.Equal((ErrorKind.InvalidArgument, $"error fetching: fatal: repository '{_server.Address}/none.git/' not found: "
            + "exit status 128"), (e.Kind, e.Message));
    }

    /// <summary>Whoever builds it, and whenever.</summary>
    [Fact]
    public async Task TheSameCommitIsTheSameTree()
    {
        Make("r", "echo FROM x > Dockerfile; echo x > program; chmod 700 program; mkdir d; : > d/file; chmod 600 d/file; ln -s d l");
        using ContextDirectory context = await Receive("r/.git");
        string[] expected = ["Dockerfile 644 0:0 2001-09-09T01:46:40", "d/ 755 0:0 2001-09-09T01:46:40",
            "d/file 644 0:0 2001-09-09T01:46:40", "l -> d 777 0:0 2001-09-09T01:46:40", "program 755 0:0 2001-09-09T01:46:40"];
        Assert.Equal(expected, Listed("work2/"));
    }

    [Fact]
    public async Task SubmodulesComeAlongAndGitsOwnFilesDoNotUnlessAsked()
    {
        Make("sub", "echo x > of-sub");
        Make("r", $"echo FROM x > Dockerfile; git submodule -q add {_server.Address}/sub/.git sub");
        using (await Receive("r/.git"))
            Assert.Equal([".gitmodules", "Dockerfile", "sub/", "sub/of-sub"], Listed("work2/").Select(line => line.Split(' ')[0]));
        using (await Receive("r/.git#main", keepGit: true))
        {
            _tree.Shell("cd work2; git log -1 --format=%s > ../said; "
                + "git branch --show-current >> ../said; git status --short >> ../said");
            Assert.Equal("x\nmain\n", _tree.Read("said"));
        }
    }

    /// <summary>Neither into the repository nor into what is said, nor where anybody can see it who lists processes.</summary>
    [Fact]
    public async Task ThePasswordIsUsedAndGoesNowhere()
    {
        using FileServer server = new(_tree.Path) { Authorization = "Basic " + Convert.ToBase64String("user:secret"u8) };
        Make("sub", "echo x > of-sub");
        string program = Program($"echo \"$@\" >> {_tree["said"]}; exec git \"$@\"");
        await Fetch("../../sub/.git");
        Assert.Equal("x\n", _tree.Read("clone1/tree/sub/of-sub"));
        GantryException e = await Assert.ThrowsAsync<GantryException>(() => Fetch("../../none/.git"));
        Assert.Contains($"clone of '{server.Address}/none/.git'", e.Message);
        Assert.DoesNotContain("secret", e.Message);
        _tree.Shell("rm -r clone*/home; ! grep -r -e secret -e dXNlcjpz clone1 clone2 said");

        async Task Fetch(string submodule)
        {
            string name = Directory.Exists(_tree["clone1"]) ? "clone2" : "clone1";
            Make(name + "r", "echo FROM x > Dockerfile; "
                + $"printf '[submodule \"sub\"]\\n path = sub\\n url = {submodule}\\n' > .gitmodules; "
                + $"git update-index --add --cacheinfo 160000,{Commit("sub")},sub; mkdir sub");
            // Not disposed, so that it can be looked at.
            GitClone clone = new(Address(server, $"{name}r/.git", "user:secret@"), _tree[name],
                new RepositorySettings { Program = program }, ownKeys: true);
            await clone.CheckOutAsync(await clone.ResolveAsync(Stop), keepGit: true, Stop);
        }
    }

    /// <summary>Neither a repository nor its submodules lead to files and programs of this machine.</summary>
    [Theory]
    [InlineData("LOCAL")]
    [InlineData("file://LOCAL")]
    [InlineData("ext::sh -c touch% OUTSIDE")]
    [InlineData("ssh://localhost/x")]
    [InlineData("ssh://localhost/x", true)]
    [InlineData("git@localhost:x", true)]
    public async Task ASubmoduleLeadsNowhereButToTheNetwork(string address, bool ownKeys = false)
    {
        string url = address.Replace("%", "%%").Replace("LOCAL", _tree["r/.git"]);
        Make("r", "echo FROM x > Dockerfile; mkdir s; "
            + $"printf '[submodule \"s\"]\\n path = s\\n url = {url}\\n' > .gitmodules; "
            + "git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,s");
        using GitClone clone = new(Address("r/.git"), _tree["work"], new RepositorySettings(), ownKeys);
        GitCommit commit = await clone.ResolveAsync(Stop);
        GantryException e = await Assert.ThrowsAsync<GantryException>(() => clone.CheckOutAsync(commit, false, Stop));
        Assert.Matches("^error initializing submodules: (?s:.*)transport '(file|ext|ssh)' not allowed", e.Message);
    }

    /// <summary>What the git of whoever runs the daemon would do.</summary>
    [Fact]
    public async Task NothingIsExecutedOrConvertedByTheHostsConfiguration()
    {
        Make("r", "echo FROM x > Dockerfile; echo '* filter=ours' > .gitattributes");
        _tree.File("hooks/post-checkout", $"#!/bin/sh\ntouch {_tree["hook"]}\n", "755");
        _tree.File("host/.gitconfig", $"[core]\nhooksPath = {_tree["hooks"]}\nfsmonitor = false\n"
            + $"[filter \"ours\"]\nsmudge = \"touch {_tree["smudged"]}; tr m-z M-Z\"\n");
        // The configuration does what it should where it counts: it is this test that would see nothing otherwise.
        _tree.Shell("HOME=$PWD/host GIT_CONFIG_GLOBAL=$PWD/host/.gitconfig git clone -q r cloned; cat cloned/Dockerfile > said; "
            + "rm hook smudged");
        Assert.Equal("FROM X\n", _tree.Read("said"));
        string? home = Environment.GetEnvironmentVariable("HOME"), global = Environment.GetEnvironmentVariable("GIT_CONFIG_GLOBAL");
        Environment.SetEnvironmentVariable("HOME", _tree["host"]);
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", _tree["host/.gitconfig"]);
        try
        {
            using ContextDirectory context = await Receive("r/.git");
            Assert.Equal("FROM x\n", _tree.Read("work2/Dockerfile"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("HOME", home);
            Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", global);
        }
        Assert.False(File.Exists(_tree["hook"]) || File.Exists(_tree["smudged"]));
    }

    [Fact]
    public async Task OneThatIsTooLargeIsRefused()
    {
        Make("r", "echo FROM x > Dockerfile; head -c 300000 /dev/urandom > large; for i in $(seq 200); do : > $i; done");
        await Refused(new RepositoryLimits { Size = 200_000 }, "has more than 200000 bytes");
        await Refused(new RepositoryLimits { Entries = 100 }, "has more than 100 entries");

        async Task Refused(RepositoryLimits limits, string message)
        {
            GantryException e = await Assert.ThrowsAsync<GantryException>(() =>
                Receive("r/.git", settings: new RepositorySettings { Limits = limits }));
            Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
            Assert.Contains(message, e.Message);
            Assert.True(IsClean);
        }
    }

    /// <summary>A server that takes the connection and says nothing.</summary>
    [Fact]
    public async Task OneThatHangsIsCalledOffWithTheBuildAndLeavesNothing()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        string mark = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";
        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        GitAddress address = GitAddress.Find($"git://{mark}/r.git", bareHosts: true)!;
        Task build = RepositoryContext.ReceiveAsync(address, () => _tree["work"], "", false, new RepositorySettings(), cancellation.Token);
        using TcpClient asked = await silent.AcceptTcpClientAsync(Stop);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        Assert.True(IsClean);
        Assert.DoesNotContain(Process.GetProcessesByName("git"), git => LineOf(git.Id).Contains(mark));
    }

    /// <summary>A look that the system refuses is no end of the watch, and no error.</summary>
    [Fact]
    public async Task TheWatchGoesOnAfterALookThatFailed()
    {
        RepositoryLimits limits = new() { Time = TimeSpan.FromMilliseconds(700) };
        using CloneWatch watch = new(_tree["nowhere"], Address("r/.git"), limits, Stop);
        // The watch is not disposed by who tells of its end.
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = watch.Token.Register(ended.SetResult);
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(2), Stop);
        Assert.Contains("was not fetched within", watch.Reason?.Message);
    }

    /// <summary>Its directory cannot be had any more; what works there is ended, and the result of the build is not hidden.</summary>
    [Fact]
    public async Task WhatWillNotGoIsLeftAndWhatWorksThereIsEnded()
    {
        string name = RandomId.New();
        Directory.CreateDirectory(_tree["below"]);
        GitClone clone = new(Address("r/.git"), _tree[$"below/{name}"], new RepositorySettings
        {
            Program = Program($"touch {_tree["started"]}; sleep 1000 & sleep 1000"),
        }, ownKeys: false);
        Task<GitCommit> asked = clone.ResolveAsync(Stop);
        while (!File.Exists(_tree["started"])) await Task.Delay(10, Stop);
        _tree.Shell("mv below aside; touch below");
        clone.Dispose();
        Assert.EndsWith("exit status 137", (await Assert.ThrowsAsync<GantryException>(() => asked)).Message);
    }

    /// <summary>Its daemon was killed; the next one clears the directory in which it writes.</summary>
    [Fact]
    public async Task WhatWorksForABuildOfAnEarlierDaemonIsEndedBeforeItsFilesGo()
    {
        BuildSettings settings = new()
        {
            Directory = _tree["build"], RunDirectory = _tree["run"], Runtime = "", RuntimeRoot = "", Web = null!,
            MadePlaces = new HashSet<string>(),
        };
        GitClone clone = new(Address("r/.git"), StepDirectory.NewPath(settings), new RepositorySettings
        {
            Program = Program($"touch {_tree["started"]}; while mkdir -p $HOME/../tree/a/b; do :; done"),
        }, ownKeys: false);
        Task<GitCommit> asked = clone.ResolveAsync(Stop);
        while (!File.Exists(_tree["started"])) await Task.Delay(10, Stop);
        StepDirectory.Clear(settings);
        Assert.EndsWith("exit status 137", (await Assert.ThrowsAsync<GantryException>(() => asked)).Message);
        Assert.False(Directory.Exists(_tree["build/tmp"]));
    }

    [Fact]
    public async Task WhatGitSaysIsBounded()
    {
        GantryException e = await Refused("head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; "
            + "echo \"fatal: https://u:secret@h/r.git\" >&2; exit 3");
        Assert.EndsWith("x\nfatal: https://h/r.git: exit status 3", e.Message);
        Assert.InRange(e.Message.Length, 4 << 10, 5 << 10);
        Assert.Contains("has written more than 4194304 characters", (await Refused("yes")).Message);

        async Task<GantryException> Refused(string script)
        {
            RepositorySettings settings = new() { Program = Program(script) };
            using GitClone clone = new(Address("r/.git"), _tree["work"], settings, ownKeys: true);
            return await Assert.ThrowsAsync<GantryException>(() => clone.ResolveAsync(Stop));
        }
    }

    [Fact]
    public async Task OneThatTakesTooLongIsCalledOff()
    {
        Make("r", "echo FROM x > Dockerfile");
        GitAddress address = Address("r/.git");
        using GitClone clone = new(address, _tree["work"], new RepositorySettings { Program = Program("exec sleep 1000"),
            Limits = new RepositoryLimits { Time = TimeSpan.Zero } }, ownKeys: true);
        GantryException e = await Assert.ThrowsAsync<GantryException>(() =>
            clone.CheckOutAsync(new GitCommit(null, "refs/heads/main"), false, Stop));
        Assert.Equal((ErrorKind.Unavailable, $"{address.Shown} was not fetched within 0 seconds"), (e.Kind, e.Message));
    }

    [Fact]
    public async Task WithoutGitItIsSaidWhatToDo()
    {
        GantryException e = await Assert.ThrowsAsync<GantryException>(() =>
            Receive("r/.git", settings: new RepositorySettings { Program = "/nowhere/git" }));
        Assert.Equal(ErrorKind.Unavailable, e.Kind);
        Assert.StartsWith("unable to find '/nowhere/git': ", e.Message);
        Assert.Contains("install it on the daemon's machine", e.Message);
        Assert.True(IsClean);
    }

    /// <summary>Nothing of this process but the path is told to git, and nothing that asks.</summary>
    [Fact]
    public async Task TheEnvironmentIsClean()
    {
        Environment.SetEnvironmentVariable("GANTRY_NOT_FOR_GIT", "1");
        try
        {
            using GitClone clone = new(Address("r/.git"), _tree["work"], new RepositorySettings
            {
                Program = Program($"env | sort > {_tree["said"]}"),
                Proxies = () => new Dictionary<string, string> { ["https_proxy"] = "p" },
            }, ownKeys: false);
            await Assert.ThrowsAsync<GantryException>(() => clone.ResolveAsync(Stop));
        }
        finally
        {
            Environment.SetEnvironmentVariable("GANTRY_NOT_FOR_GIT", null);
        }
        string[] names = [.. _tree.Read("said").TrimEnd().Split('\n').Select(line => line.Split('=')[0])];
        Assert.Equal(["GIT_ALLOW_PROTOCOL", "GIT_ATTR_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_SSH_COMMAND",
            "GIT_TEMPLATE_DIR", "GIT_TERMINAL_PROMPT", "HOME", "LC_ALL", "PATH", "https_proxy"],
            names.Except(["PWD", "SHLVL", "_", "OLDPWD"]));
        Assert.Contains("GIT_ALLOW_PROTOCOL=http:https:git\n", _tree.Read("said"));
    }

    [Theory]
    [InlineData("git@h:r.git")]
    [InlineData("ssh://h/r.git")]
    public void WithoutKeysNothingNeedsThem(string address)
    {
        GantryException e = Assert.Throws<GantryException>(() =>
            new GitClone(GitAddress.Find(address, bareHosts: false)!, _tree["work"], new RepositorySettings(), ownKeys: false));
        Assert.Contains("needs ssh", e.Message);
        Assert.True(IsClean);
    }

    private string Program(string script)
    {
        _tree.File("program", $"#!/bin/sh\n{script}\n", "755");
        return _tree["program"];
    }

    private static string LineOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
