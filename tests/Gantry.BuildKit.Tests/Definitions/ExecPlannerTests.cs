using Gantry.Build.Graph;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Tests.Definitions;

public sealed class ExecPlannerTests
{
    private readonly Definer _graph = new();

    private async Task<RunVertex> PlanAsync(ExecOp exec, params Input[] inputs) =>
        Assert.IsType<RunVertex>((await _graph.PlanAsync(_graph.Add(new Op { Exec = exec }, inputs))).Target);

    [Fact]
    public async Task WhatACommandIsIsAsTheGraphSays()
    {
        _graph.Entitlements.Add("network.host");
        ExecOp exec = Definer.Exec();
        exec.Network = NetMode.Host;
        exec.Meta = new Meta
        {
            Args = { "a", "b c" }, Env = { "A=b" }, Cwd = "/w", User = "u:g", Hostname = "h", CgroupParent = "/x", ValidExitCodes = { 0,
                3 },
            ExtraHosts = { new HostIP { Host = "n", IP = "1.2.3.4" } }, Ulimit = { new Ulimit { Name = "nofile", Soft = 1, Hard = 2 } },
            ProxyEnv = new ProxyEnv { HttpProxy = "p", NoProxy = "q" }, RemoveMountStubsRecursive = true,
        };
        RunVertex run = await PlanAsync(exec, _graph.Source("docker-image://a"));
        Assert.Equal(["a", "b c"], run.Arguments);
        Assert.Equal(["A=b"], run.Environment);
        Assert.Equal(["HTTP_PROXY=p", "http_proxy=p", "NO_PROXY=q", "no_proxy=q"], run.Unkeyed);
        Assert.Equal(("/w", "u:g", false, "0,3"), (run.Directory, run.User, run.IsReadOnly, string.Join(',', run.GoodCodes)));
        Assert.Equal("host h n:1.2.3.4 (nofile, 1, 2) /x", _graph.Asked[1]);
        Assert.IsType<TreeVertex>(run.Below);
    }

    [Fact]
    public async Task MountsArePlacesAndThoseThatAreWrittenToAreResults()
    {
        Input image = _graph.Source("docker-image://a"), local = _graph.Source("local://src");
        ExecOp exec = Definer.Exec(new Mount { Dest = "/", Input = 0, Output = 0 },
            new Mount { Dest = "/local", Input = 1, Output = -1, Readonly = true, Selector = "sub/../in" },
            new Mount { Dest = "out", Input = -1, Output = 1 }, new Mount { Dest = "/again", Input = 0, Output = 2, Selector = "/" },
            new Mount { Dest = "/thrown", Input = -1, Output = -1 },
            new Mount { Dest = "/kept", Input = -1, Output = -1, MountType = MountType.Cache,
                CacheOpt = new CacheOpt { ID = "k", Sharing = CacheSharingOpt.Locked } },
            new Mount { Dest = "/first", Input = 0, Output = -1, MountType = MountType.Cache, CacheOpt = new CacheOpt(), Selector = "/c" },
            new Mount { Dest = "/tmp", Input = -1, Output = -1, MountType = MountType.Tmpfs, TmpfsOpt = new TmpfsOpt { Size = 5 } },
            new Mount { Dest = "/s", MountType = MountType.Secret, SecretOpt = new SecretOpt { ID = "s", Uid = 1, Gid = 2, Mode = 0x100 } },
            new Mount { Dest = "/agent", MountType = MountType.Ssh, SSHOpt = new SSHOpt { Optional = true, Mode = 0x180 } },
            new Mount { Dest = "/same", Input = 0, Output = 3, Readonly = true });
        exec.Secretenv.Add(new SecretEnv { ID = "e", Name = "E", Optional = true });
        Input run = _graph.Add(new Op { Exec = exec }, image, local);
        Vertex[] results = new Vertex[4];
        for (int i = 0; i < 4; i++)
        {
            Definer one = new();
            one.Definition.Def.AddRange(_graph.Definition.Def);
            results[i] = (await one.PlanAsync(new Input { Digest = run.Digest, Index = i })).Target;
        }
        RunVertex command = Assert.IsType<RunVertex>(results[0]);
        Assert.Equal(
        [
            new BindPlace("/local", null, "/in", true, local.Digest), new OutputPlace("/src/out", GraphPlanner.Nothing, ""),
            new OutputPlace("/again", command.Below!, ""), new BindPlace("/thrown", GraphPlanner.Nothing, "", false),
            new CachePlace("/kept", "k", "locked", false, 0, 0, 0x1ed),
            new CachePlace("/first", "/first", "shared", false, 0, 0, 0x1ed, new BindPlace("/first", command.Below, "/c", false))
                { IsLikeFirst = true },
            new MemoryPlace("/tmp", 5), new SecretPlace("/s", "s", null, true, 1, 2, 0x100),
            new AgentPlace("/agent", "default", false, 0, 0, 0x180) { IsUnnamed = true },
            new BindPlace("/same", command.Below, "", true), new SecretPlace("", "e", "E", false, 0, 0, 0),
        ], command.Places);
        Assert.Equal([(0, "/src/out"), (1, "/again")], results[1..3].Cast<FurtherVertex>()
            .Select(one => (one.Number, ((RunVertex)one.Of).Places.OfType<OutputPlace>().ElementAt(one.Number).Target)));
        Assert.IsType<TreeVertex>(results[3]);
    }

    [Fact]
    public async Task ARootThatIsReadAloneIsSaidToBe()
    {
        ExecOp exec = Definer.Exec(new Mount { Dest = "/", Input = -1, Output = -1, Readonly = true }, new Mount { Dest = "/out",
            Input = -1 });
        FurtherVertex result = Assert.IsType<FurtherVertex>((await _graph.PlanAsync(_graph.Add(new Op { Exec = exec }))).Target);
        Assert.True(Assert.IsType<RunVertex>(result.Of).IsReadOnly);
    }

    [Fact]
    public async Task WhatMakesNoSenseIsRefusedByItsName()
    {
        Mount root = new() { Dest = "/", Input = -1 };
        foreach ((string reason, Action<ExecOp> change) in ((string, Action<ExecOp>)[])
        [
            ("no meta", exec => exec.Meta = null), ("no args", exec => exec.Meta.Args.Clear()), ("0 rootfs", exec => exec.Mounts.Clear()),
            ("2 rootfs", exec => exec.Mounts.Add(root)), ("network.host is not allowed", exec => exec.Network = NetMode.Host),
            ("security.insecure is not allowed", exec => exec.Security = SecurityMode.Insecure),
            ("network mode 9", exec => exec.Network = (NetMode)9), ("security mode 9", exec => exec.Security = (SecurityMode)9),
            ("CDI", exec => exec.CdiDevices.Add(new CDIDevice { Name = "x" })), ("a part of a tree",
                exec => exec.Mounts[0].Selector = "/a"),
            ("invalid input index 5", exec => exec.Mounts[0].Input = 5), ("invalid input index -2", exec => exec.Mounts[0].Input = -2),
            ("invalid or duplicate output 0", exec => exec.Mounts.Add(new Mount { Dest = "/o", Input = -1, Output = 0 })),
            ("invalid or duplicate output -3", exec => exec.Mounts[0].Output = -3),
            ("mount type 7", exec => exec.Mounts.Add(new Mount { Dest = "/o", Input = -1, MountType = (MountType)7 })),
            ("would be the root's", exec => exec.Mounts.Add(new Mount { Dest = "/a/..", Input = -1, Output = 1 })),
            ("has no place", exec => exec.Mounts.Add(new Mount { Input = -1, Output = 1 })),
            ("cache mount options", exec => exec.Mounts.Add(new Mount { Dest = "/c", MountType = MountType.Cache })),
            ("secret mount options", exec => exec.Mounts.Add(new Mount { Dest = "/c", MountType = MountType.Secret })),
            ("a secret has no name", exec => exec.Mounts.Add(new Mount { Dest = "/c", MountType = MountType.Secret, SecretOpt = new() })),
            ("invalid mode", exec => exec.Mounts.Add(new Mount { Dest = "/c", MountType = MountType.Ssh, SSHOpt = new() { Mode = 9999 } })),
            ("name of a variable", exec => exec.Secretenv.Add(new SecretEnv { ID = "a", Name = "A=" })),
            ("an argument has a NUL", exec => exec.Meta.Args.Add("a\0b")), ("invalid hostname", exec => exec.Meta.Hostname = "a b"),
            ("failed to parse IP", exec => exec.Meta.ExtraHosts.Add(new HostIP { Host = "a", IP = "b" })),
            ("sharing of a cache 4", exec => exec.Mounts.Add(new Mount { Dest = "/c", Input = -1, MountType = MountType.Cache,
                CacheOpt = new CacheOpt { Sharing = (CacheSharingOpt)4 } })),
            ("size of a tmpfs", exec => exec.Mounts.Add(new Mount { Dest = "/c", MountType = MountType.Tmpfs,
                TmpfsOpt = new() { Size = -1 } })),
            ("by the name of a result", exec => exec.Mounts.Add(new Mount { Dest = "/c", Input = -1, Output = 1, ResultID = "x" })),
        ])
        {
            Definer graph = new();
            ExecOp exec = Definer.Exec(root.Clone());
            change(exec);
            Assert.Contains(reason, (await graph.RefusedAsync(graph.Add(new Op { Exec = exec }))).Message);
        }
        Definer other = new();
        Input run = other.Add(new Op { Exec = Definer.Exec(root) });
        Assert.Contains("has no result 1", (await other.RefusedAsync(new Input { Digest = run.Digest, Index = 1 })).Message);
    }
}
