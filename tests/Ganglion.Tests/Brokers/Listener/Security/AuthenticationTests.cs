using System.Buffers.Binary;
using System.Net;
using System.Text;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Brokers.Listener.Security;

/// <summary>What a client may and may not until it has proved who it is. Clients that are not ours do so in Ganglion.Kafka.Tests.</summary>
public sealed class AuthenticationTests : IAsyncLifetime
{
    private const string Right = "\0alice\0wonderland";

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly ListenerLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly EmbeddedBroker _broker;
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    public AuthenticationTests()
    {
        _loggers = new LoggerFactory([_log]);
        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = _time });
    }

    private KafkaListenerOptions Options => new()
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
        Sasl = new KafkaListenerSaslOptions { Users = new Dictionary<string, string> { ["alice"] = "wonderland" } },
        LoggerFactory = _loggers,
    };

    public async ValueTask InitializeAsync()
    {
        _listener = await KafkaListener.StartAsync(_broker, Options);
        _client = ListenerClient.Connect(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_answered_before_a_client_has_proved_who_it_is_and_everything_behind_it()
    {
        await using ListenerClient stranger = ListenerClient.Connect(_listener);
        (await stranger.AskAsync(ApiKey.ApiVersions, 0, _ => { })).ReadInt16().ShouldBe((short)ErrorCode.None);
        await stranger.SendAsync(Metadata());

        (await stranger.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("not let in: It asks for Metadata before it has proved who it is");

        (await ChooseAsync("PLAIN")).Error.ShouldBe(ErrorCode.None);
        (await ProveAsync(Right)).Error.ShouldBe(ErrorCode.None);
        await _client.SendAsync(Metadata());
        (await _client.ReceiveAsync()).ShouldNotBeNull();
        await _log.WaitForAsync("is 'alice'");
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_fails_waits_is_told_nothing_and_is_disconnected()
    {
        var answers = new List<string>();
        foreach (string wrong in (string[])["\0alice\0wrong", "\0no\nbody\0wonderland"])
        {
            await using ListenerClient client = ListenerClient.Connect(_listener);
            await ChooseAsync("PLAIN", client);
            Task<(ErrorCode Error, string Message)> answer = ProveAsync(wrong, client);
            await _time.WhenTimerIsSetAsync(Delay);
            answer.IsCompleted.ShouldBeFalse();

            _time.Advance(Delay);

            answers.Add($"{await answer}");
            (await client.ReceiveAsync()).ShouldBeNull();
        }

        answers.ShouldAllBe(answer => answer == "(SaslAuthenticationFailed, Authentication failed.)");
        await _log.WaitForAsync("127.0.0.1 is not let in: It says that it is 'alice'. There is no such user, or the password is another.");
        await _log.WaitForAsync("It says that it is 'no?body'.");
        _log.Lines.ShouldAllBe(line => !line.Contains("wrong", StringComparison.Ordinal) && !line.Contains("wonderland", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mechanism_that_there_is_not_is_refused_with_those_that_there_are()
    {
        (ErrorCode error, List<string> mechanisms) = await ChooseAsync("OAUTHBEARER");

        error.ShouldBe(ErrorCode.UnsupportedSaslMechanism);
        mechanisms.ShouldBe(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]);
        (await _client.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("It asks for the mechanism 'OAUTHBEARER'");
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_proves_himself_without_a_mechanism_or_chooses_two_is_disconnected()
    {
        await using ListenerClient other = ListenerClient.Connect(_listener);

        (await ProveAsync(Right)).Error.ShouldBe(ErrorCode.IllegalSaslState);
        await ChooseAsync("PLAIN", other);
        (await ChooseAsync("PLAIN", other)).Error.ShouldBe(ErrorCode.IllegalSaslState);

        (await _client.ReceiveAsync()).ShouldBeNull();
        (await other.ReceiveAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nobody_is_asked_nobody_can_prove_who_he_is_and_all_are_served()
    {
        await using EmbeddedBroker open = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await KafkaListener.StartAsync(open, Options with { Sasl = null });
        await using ListenerClient client = ListenerClient.Connect(listener);

        (await ChooseAsync("PLAIN", client)).Error.ShouldBe(ErrorCode.IllegalSaslState);
        await _log.WaitForAsync("The client at 127.0.0.1 wants to prove who it is, and the listener asks nobody. Let its security.protocol be one without SASL");
        (await ProveAsync(Right, client)).Error.ShouldBe(ErrorCode.IllegalSaslState);
        await client.SendAsync(Metadata());

        (await client.ReceiveAsync()).ShouldNotBeNull();
    }

    [Theory(Timeout = 60_000)]
    [InlineData((short)0)]
    [InlineData((short)1)]
    [InlineData((short)2)]
    public async Task Every_version_of_the_answer_has_its_fields(short version)
    {
        await ChooseAsync("PLAIN");

        WireReader answer = await _client.AskAsync(
            ApiKey.SaslAuthenticate, version, body => { body.WriteBytes(Encoding.UTF8.GetBytes(Right)); body.WriteTags(); }, isFlexible: version == 2);

        answer.ReadInt16().ShouldBe((short)ErrorCode.None);
        answer.ReadNullableString().ShouldBeNull();
        answer.ReadBytes().Length.ShouldBe(0);
        (version < 1 ? 0 : answer.ReadInt64()).ShouldBe(0);
        answer.SkipTags();
        answer.Left.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Clients_from_before_Kafka_1_prove_who_they_are_without_headers()
    {
        await ChooseAsync("PLAIN", version: 0);

        await _client.SendAsync(Bare(Right));

        (await _client.ReceiveAsync())!.ShouldBeEmpty();
        (await _client.AskAsync(ApiKey.ApiVersions, 0, _ => { })).ReadInt16().ShouldBe((short)ErrorCode.None);

        await using ListenerClient wrong = ListenerClient.Connect(_listener);
        await ChooseAsync("PLAIN", wrong, version: 0);
        await wrong.SendAsync(Bare("\0alice\0wrong"));
        await _time.WhenTimerIsSetAsync(Delay);
        _time.Advance(Delay);
        (await wrong.ReceiveAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_are_small_until_a_client_has_proved_who_it_is()
    {
        byte[] large = ListenerClient.Encode(ApiKey.ApiVersions, 3, 1, body =>
        {
            body.WriteString(new string('x', 65 * 1024));
            body.WriteString("1");
            body.WriteTags();
        }, isFlexible: true);
        await using ListenerClient stranger = ListenerClient.Connect(_listener);
        await stranger.SendAsync(large);
        (await stranger.ReceiveAsync()).ShouldBeNull();

        await ChooseAsync("PLAIN");
        await ProveAsync(Right);
        await _client.SendAsync(large);

        (await _client.ReceiveAsync()).ShouldNotBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_does_not_prove_who_he_is_in_time_is_disconnected_and_whoever_has_stays()
    {
        await ChooseAsync("PLAIN");
        await ProveAsync(Right);
        _time.IsTimerSet(Deadline).ShouldBeFalse();
        await using ListenerClient slow = ListenerClient.Connect(_listener);
        await ChooseAsync("SCRAM-SHA-256", slow);

        _time.Advance(Deadline);

        (await slow.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("not let in: It has taken longer than 00:00:30.");
        (await _client.AskAsync(ApiKey.ApiVersions, 0, _ => { })).ReadInt16().ShouldBe((short)ErrorCode.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task Strangers_take_each_others_places_and_nobody_elses()
    {
        await using KafkaListener narrow = await KafkaListener.StartAsync(_broker, Options with { MaxConnections = 20 });
        await using ListenerClient known = ListenerClient.Connect(narrow);
        await ChooseAsync("PLAIN", known);
        await ProveAsync(Right, known);
        await using ListenerClient first = ListenerClient.Connect(narrow);
        await ChooseAsync("PLAIN", first);
        await using ListenerClient second = ListenerClient.Connect(narrow);
        await ChooseAsync("PLAIN", second);

        await using ListenerClient third = ListenerClient.Connect(narrow);
        (await first.ReceiveAsync()).ShouldBeNull();

        await _log.WaitForAsync("not let in: 2 others that are not let in yet have come after it.");
        await ChooseAsync("PLAIN", third);
        foreach (ListenerClient client in new[] { second, third })
        {
            (await ProveAsync(Right, client)).Error.ShouldBe(ErrorCode.None);
        }

        await known.SendAsync(Metadata());
        (await known.ReceiveAsync()).ShouldNotBeNull();
    }

    [Fact]
    public void Options_that_cannot_be_meant_are_refused_all_at_once()
    {
        string message = Refuse(new KafkaListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Any, 9092),
            Sasl = new KafkaListenerSaslOptions
            {
                Users = new Dictionary<string, string> { ["al\0ice"] = "hush", ["bob"] = "" }, ScramIterations = 1000, FailureDelay = Deadline,
            },
        });

        message.ShouldContain("the name 'al?ice'");
        message.ShouldContain("a password for 'bob'");
        message.ShouldContain("ScramIterations is 1000");
        message.ShouldContain("FailureDelay is 00:00:30");
        message.ShouldContain("passwords could be read on the way");
        message.ShouldNotContain("hush");
        Refuse(new KafkaListenerOptions { Sasl = new KafkaListenerSaslOptions { Mechanisms = KafkaListenerMechanisms.None } }).ShouldContain("Users is empty");
        Refuse(new KafkaListenerOptions { Sasl = new KafkaListenerSaslOptions { Mechanisms = KafkaListenerMechanisms.None } }).ShouldContain("Mechanisms is None");
    }

    [Theory]
    [InlineData("127.0.0.1", KafkaListenerMechanisms.All, false)]
    [InlineData("0.0.0.0", KafkaListenerMechanisms.ScramSha256 | KafkaListenerMechanisms.ScramSha512, false)]
    [InlineData("0.0.0.0", KafkaListenerMechanisms.Plain, true)]
    public void Passwords_travel_without_TLS_where_nobody_overhears_them_or_it_is_asked_for(string address, KafkaListenerMechanisms mechanisms, bool isAllowed) =>
        Should.NotThrow(() => KafkaListenerRules.Check(new KafkaListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Parse(address), 9092),
            Sasl = new KafkaListenerSaslOptions
            {
                Users = new Dictionary<string, string> { ["alice"] = "wonderland" }, Mechanisms = mechanisms, AllowsPlainWithoutTls = isAllowed,
            },
        }));

    [Fact]
    public void Passwords_are_not_shown()
    {
        string text = new KafkaListenerOptions
        {
            Sasl = new KafkaListenerSaslOptions { Users = new Dictionary<string, string> { ["alice"] = "wonderland" } },
        }.ToString();

        text.ShouldContain("alice");
        text.ShouldNotContain("wonderland");
    }

    private static string Refuse(KafkaListenerOptions options) => Should.Throw<ArgumentException>(() => KafkaListenerRules.Check(options)).Message;

    private static byte[] Metadata() => ListenerClient.Encode(ApiKey.Metadata, 1, 7, body => body.WriteInt32(0));

    private static byte[] Bare(string message)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
        return [.. length, .. Encoding.UTF8.GetBytes(message)];
    }

    private async Task<(ErrorCode Error, List<string> Mechanisms)> ChooseAsync(string mechanism, ListenerClient? client = null, short version = 1)
    {
        WireReader answer = await (client ?? _client).AskAsync(ApiKey.SaslHandshake, version, body => body.WriteString(mechanism));
        return ((ErrorCode)answer.ReadInt16(), answer.ReadArray(static reader => reader.ReadString()));
    }

    private async Task<(ErrorCode Error, string Message)> ProveAsync(string message, ListenerClient? client = null)
    {
        WireReader answer = await (client ?? _client).AskAsync(ApiKey.SaslAuthenticate, 0, body => body.WriteBytes(Encoding.UTF8.GetBytes(message)));
        (ErrorCode, string) told = ((ErrorCode)answer.ReadInt16(), answer.ReadNullableString() ?? "");
        answer.ReadBytes().Length.ShouldBe(0);
        return told;
    }
}
