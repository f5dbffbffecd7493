using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Cgroups.Systemd;

namespace Gantry.Runtime.Tests.Cgroups.Systemd;

/// <summary>Against a peer that says, word for word, what it is given.</summary>
public sealed class SystemdManagerTests
{
    private const string Welcome = "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\n";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    // The answers to the first, second, … call, all sent ahead.
    private static (SystemdManager Manager, SafeFileDescriptor Peer) Answering(string welcome, params ReadOnlySpan<byte[]> messages)
    {
        (SafeFileDescriptor ours, SafeFileDescriptor theirs) = UnixSocket.Pair();
        Descriptor.WriteAll(theirs.Number, Encoding.ASCII.GetBytes(welcome));
        foreach (byte[] message in messages) Descriptor.WriteAll(theirs.Number, message);
        try
        {
            return (new SystemdManager(ours, Short), theirs);
        }
        catch
        {
            theirs.Dispose();
            throw;
        }
    }

    private static byte[] Message(byte type, IReadOnlyList<(byte Code, DBusValue Value)> fields, params ReadOnlySpan<DBusValue> body)
    {
        DBusWriter content = new(), message = new();
        List<DBusValue> list = [.. fields.Select(static f => DBusValue.Structure(new DBusValue("y", f.Code), DBusValue.Variant(f.Value)))];
        string signature = "";
        foreach (DBusValue value in body)
        {
            content.Add(value);
            signature += value.Type;
        }
        if (signature.Length > 0)
            list.Add(DBusValue.Structure(new DBusValue("y", DBusMessage.SignatureField), DBusValue.Variant(new DBusValue("g", signature))));
        message.Append([DBusMessage.LittleEndian, type, 0, 1]).Add(DBusValue.Of((uint)content.Length)).Add(DBusValue.Of(1u))
            .Add(DBusValue.Array("(yv)", list)).Pad(8);
        return [.. message.Append(content.Written).Written];
    }

    private static byte[] Answer(uint to, params ReadOnlySpan<DBusValue> body) =>
        Message(DBusMessage.MethodReturn, [(DBusMessage.ReplyField, DBusValue.Of(to))], body);

    private static byte[] Error(uint to, string name, string text) =>
        Message(DBusMessage.Error, [(DBusMessage.ReplyField, DBusValue.Of(to)), (DBusMessage.ErrorField, DBusValue.Of(name))],
            DBusValue.Of(text));

    private static byte[] JobRemoved(string job, string result) =>
        Message(DBusMessage.Signal, [(DBusMessage.MemberField, DBusValue.Of("JobRemoved"))], DBusValue.Of(1u), new DBusValue("o", job),
            DBusValue.Of("x.scope"), DBusValue.Of(result));

    private static string Sent(SafeFileDescriptor peer)
    {
        byte[] buffer = new byte[8192];
        return Encoding.Latin1.GetString(buffer, 0, Descriptor.Read(peer.Number, buffer));
    }

    [Fact]
    public void ItIntroducesItselfByWhatTheKernelKnows()
    {
        var (manager, peer) = Answering(Welcome);
        using (manager) using (peer) Assert.Equal("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n", Sent(peer));
    }

    [Theory]
    [InlineData("REJECTED EXTERNAL\r\n", "REJECTED")]
    [InlineData("", "does not answer")]
    public void WhoIsNotWelcomeSaysSo(string welcome, string why) =>
        Assert.Contains(why, Assert.Throws<GantryException>(() => Answering(welcome)).Message);

    [Fact]
    public void AnAuthenticationHasAnEnd() =>
        Assert.Contains("without end", Assert.Throws<GantryException>(() => Answering(new string('x', 1000))).Message);

    [Fact]
    public void AUnitIsThereWhenItsJobIs()
    {
        // Signals of others, and one that overtakes the answer.
        var (manager, peer) =
            Answering(Welcome, JobRemoved("/job/1", "failed"), JobRemoved("/job/2", "done"), Answer(1, new DBusValue("o", "/job/2")));
        using (manager) using (peer)
        {
            manager.Start("x.scope", [new UnitProperty("Delegate", true)]);
            string sent = Sent(peer);
            foreach (string part in (string[])["StartTransientUnit", "ssa(sv)a(sa(sv))", "x.scope", "replace", "Delegate"])
                Assert.Contains(part, sent);
        }
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("timeout")]
    public void AJobThatFailsIsAFailure(string result)
    {
        var (manager, peer) = Answering(Welcome, Answer(1, new DBusValue("o", "/job/2")), JobRemoved("/job/2", result));
        using (manager) using (peer)
            Assert.Contains($"x.scope: {result}", Assert.Throws<GantryException>(() => manager.Start("x.scope", [])).Message);
    }

    [Fact]
    public void AJobThatDoesNotEndIsNotWaitedForForEver()
    {
        var (manager, peer) = Answering(Welcome, Answer(1, new DBusValue("o", "/job/2")), JobRemoved("/job/3", "done"));
        using (manager) using (peer)
            Assert.Contains("does not answer", Assert.Throws<GantryException>(() => manager.Start("x.scope", [])).Message);
    }

    [Fact]
    public async Task AJobWhoseEndNobodyToldIsAskedFor()
    {
        (SafeFileDescriptor ours, SafeFileDescriptor theirs) = UnixSocket.Pair();
        Descriptor.WriteAll(theirs.Number, [.. Encoding.ASCII.GetBytes(Welcome), .. Answer(1, new DBusValue("o", "/job/2"))]);
        using SafeFileDescriptor peer = theirs;
        using SystemdManager manager = new(ours);
        Task start = Task.Run(() => manager.Start("x.scope", []), TestContext.Current.CancellationToken);
        while (!Sent(peer).Contains("GetJob", StringComparison.Ordinal))
        {
        }
        Descriptor.WriteAll(peer.Number, Error(2, "org.freedesktop.systemd1.NoSuchJob", "gone"));
        await start;
    }

    [Fact]
    public void AUnitThatFailedBeforeMakesRoom()
    {
        const string exists = "org.freedesktop.systemd1.UnitExists";
        var (manager, peer) =
            Answering(Welcome, Error(1, exists, "there"), Answer(2), Answer(3, new DBusValue("o", "/job/1")), JobRemoved("/job/1", "done"));
        using (manager) using (peer) manager.Start("x.scope", []);
        (manager, peer) = Answering(Welcome, Error(1, exists, "there"), Answer(2), Error(3, exists, "there"));
        using (manager) using (peer)
            Assert.Contains("cgroupsPath", Assert.Throws<GantryException>(() => manager.Start("x.scope", [])).Message);
    }

    [Fact]
    public void ARefusalIsPassedOn()
    {
        var (manager, peer) =
            Answering(Welcome, Error(1, "org.freedesktop.DBus.Error.InvalidArgs", "Cannot set property Xyz, or unknown property."));
        using (manager) using (peer)
            Assert.Contains("unknown property",
                Assert.Throws<GantryException>(() => manager.Set("x.scope", [new UnitProperty("Xyz", true)])).Message);
    }

    [Fact]
    public void AUnitThatIsGoneIsStopped()
    {
        var (manager, peer) = Answering(Welcome, Error(1, "org.freedesktop.systemd1.NoSuchUnit", "not loaded"));
        using (manager) using (peer) manager.Stop("x.scope");
    }

    [Fact]
    public void ThePlaceOfTheManagerIsAsked()
    {
        var (manager, peer) = Answering(Welcome, Answer(1, DBusValue.Variant(DBusValue.Of("/user.slice/a"))),
            Answer(2, DBusValue.Variant(DBusValue.Of("/"))), Answer(3, DBusValue.Variant(DBusValue.Of(true))));
        using (manager) using (peer)
        {
            Assert.Equal("/user.slice/a", manager.ControlGroup());
            Assert.Equal("", manager.ControlGroup());
            Assert.Throws<GantryException>(manager.ControlGroup);
        }
    }

    [Fact]
    public void APeerThatGoesAwayIsNoticed()
    {
        var (manager, peer) = Answering(Welcome);
        using (manager)
        {
            UnixSocket.ShutdownWrite(peer);
            Assert.Contains("closed", Assert.Throws<GantryException>(manager.ControlGroup).Message);
            peer.Dispose();
        }
    }
}
