using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;
using FileAction = Gantry.BuildKit.Protocol.GraphApi.FileAction;

namespace Gantry.BuildKit.Tests.Definitions;

public sealed class FilePlannerTests
{
    private readonly Definer _graph = new();

    private async Task<Vertex> PlanAsync(IEnumerable<FileAction> actions, Input[] inputs, int result = 0)
    {
        FileOp file = new();
        file.Actions.AddRange(actions);
        Input op = _graph.Add(new Op { File = file }, inputs);
        return (await _graph.PlanAsync(new Input { Digest = op.Digest, Index = result })).Target;
    }

    [Fact]
    public async Task AChainIsOneStep()
    {
        Input image = _graph.Source("docker-image://a"), local = _graph.Source("local://src");
        FileAction copy = new()
        {
            Input = 4, SecondaryInput = 1, Output = 0, Copy = new FileActionCopy
            {
                Src = "/a", Dest = "/b/", Mode = -1, Timestamp = 5_000_000_000, FollowSymlink = true, DirCopyContents = true,
                AttemptUnpackDockerCompatibility = true, CreateDestPath = true, AllowWildcard = true, AllowEmptyWildcard = true,
                IncludePatterns = { "i" }, ExcludePatterns = { "e" }, AlwaysReplaceExistingDestPaths = true,
                Owner = new ChownOpt { User = new UserOpt { ByName = new NamedUserOpt { Name = "u" } }, Group = new UserOpt { ByID = 7 } },
            },
        };
        FileAction made = new() { Input = 2, SecondaryInput = -1, Output = -1, Mkdir = new FileActionMkDir { Path = "/d", Mode = 0x1ed,
            MakeParents = true, Timestamp = -1, Owner = new ChownOpt { User = new UserOpt { ByID = 5 } } } };
        FileAction link = new() { Input = 3, SecondaryInput = -1, Output = -1, Symlink = new FileActionSymlink { Oldpath = "x",
            Newpath = "/y", Timestamp = -1 } };
        FilesVertex files = Assert.IsType<FilesVertex>(await PlanAsync(
            [Definer.File(0, "/f"), made, link, copy], [image, local]));
        Assert.IsType<TreeVertex>(files.Below);
        Assert.Equal("/f", Assert.IsType<MakeFileAction>(files.Actions[0]).Path);
        Assert.Equal(new MakeDirectoryAction("/d", 0x1ed, true, "5"), files.Actions[1]);
        Assert.Equal(new MakeLinkAction("x", "/y"), files.Actions[2]);
        CopyAction copied = Assert.IsType<CopyAction>(files.Actions[3]);
        Assert.Equal((null, local.Digest, "/a", "/b/", "u:7", DateTimeOffset.FromUnixTimeSeconds(5)),
            (copied.From, copied.Context, copied.Source, copied.Destination, copied.Owner, copied.Time));
        Assert.True(copied is { Mode: null, FollowsLink: true, TakesContent: true, Unpack: true, MakesParents: true, IsPattern: true,
            MayBeNothing: true, Replaces: true, Include: ["i"], Exclude: ["e"] });
    }

    [Fact]
    public async Task WhatIsSharedOrCopiedFromIsAStepOfItsOwn()
    {
        FileAction copy = new() { Input = 1, SecondaryInput = 0, Output = 1, Copy = new FileActionCopy { Src = "/", Dest = "/",
            Mode = 0x180 } };
        FilesVertex last = Assert.IsType<FilesVertex>(
            await PlanAsync([Definer.File(-1, "/one", 0), Definer.File(0, "/two"), copy], [], result: 1));
        Assert.Equal(2, last.Actions.Count);
        FilesVertex first = Assert.IsType<FilesVertex>(last.Below);
        CopyAction copied = Assert.IsType<CopyAction>(last.Actions[1]);
        Assert.Same(first, copied.From);
        Assert.Equal("600", copied.Mode);
        Assert.Equal(BuiltTree.Empty, Assert.IsType<TreeVertex>(first.Below).Tree);
    }

    [Fact]
    public async Task WhatMakesNoSenseIsRefusedByItsName()
    {
        FileAction With(Action<FileAction> change)
        {
            FileAction action = Definer.File(-1, "/f", 0);
            change(action);
            return action;
        }

        foreach ((string reason, FileAction[] actions) in ((string, FileAction[])[])
        [
            ("no actions", []), ("no outputs", [Definer.File(-1, "/f")]), ("missing output index 0", [Definer.File(-1, "/f"),
                Definer.File(0, "/f", 1)]),
            ("invalid or duplicate output 0", [Definer.File(-1, "/f", 0), Definer.File(0, "/f", 0)]),
            ("invalid or duplicate output -2", [Definer.File(-1, "/f", -2)]),
            ("invalid or duplicate output 7", [Definer.File(-1, "/f", 7)]),
            // Round, or on.
            ("invalid input index 0", [Definer.File(0, "/f", 0)]), ("invalid input index 1", [Definer.File(1, "/f"), Definer.File(0, "/f",
                0)]),
            ("invalid input index 9", [Definer.File(9, "/f", 0)]), ("invalid input index -2", [Definer.File(-2, "/f", 0)]),
            ("invalid input index 5", [With(action => action.SecondaryInput = 5)]),
            ("is not known here", [With(action => action.ClearAction())]), ("invalid mode", [With(action => action.Mkfile.Mode = -1)]),
            ("invalid mode", [With(action => action.Mkfile.Mode = 0x1000)]), ("invalid time",
                [With(action => action.Mkfile.Timestamp = -2)]),
            ("a path has a NUL", [With(action => action.Mkfile.Path = "/a\0")]),
            ("a link leads nowhere", [With(action => action.Symlink = new FileActionSymlink { Newpath = "/y", Timestamp = -1 })]),
            ("invalid pattern [: ", [With(action => action.Copy = Copied(copy => copy.IncludePatterns.Add("[")))]),
            ("invalid pattern a\\: ", [With(action => action.Copy = Copied(copy => copy.ExcludePatterns.Add("a\\")))]),
            ("more than 10000 patterns", [With(action => action.Copy = Copied(copy => copy.IncludePatterns.AddRange(Enumerable.Repeat("a",
                10_001))))]),
            ("invalid user index", [With(action => action.Mkfile.Owner = new ChownOpt { User = Named("a", -1) })]),
            ("in another tree", [With(action => action.Mkfile.Owner = new ChownOpt { User = Named("a", 3) })]),
            ("invalid user a:b", [With(action => action.Mkfile.Owner = new ChownOpt { Group = Named("a:b", -1) })]),
        ])
        {
            Definer graph = new();
            FileOp file = new();
            file.Actions.AddRange(actions);
            Assert.Contains(reason, (await graph.RefusedAsync(graph.Add(new Op { File = file }))).Message);
        }
    }

    private static FileActionCopy Copied(Action<FileActionCopy> change)
    {
        FileActionCopy copy = new() { Src = "/a", Dest = "/b", Mode = -1, Timestamp = -1 };
        change(copy);
        return copy;
    }

    private static UserOpt Named(string name, long input) => new() { ByName = new NamedUserOpt { Name = name, Input = input } };
}
