using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ganglion.Configuring;
using Ganglion.Guards.Texts;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Guards.Models;

/// <summary>Judges by scores that a model gives.</summary>
internal sealed class ModelGuard : IGuard
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextSource _source;
    private readonly IChatClient _client;
    private readonly ScoreRule[] _scores;
    private readonly ChatMessage _instructions;
    private readonly ChatOptions _options;
    private readonly string? _reason;
    private readonly string? _fallback;
    private readonly string? _queue;
    private readonly int _maxLength;

    private ModelGuard(SettingsReader settings, IChatClient client)
    {
        _client = client;
        _source = TextSource.Read(settings);
        _scores = [.. settings.Members("scores").Select(score => ScoreRule.Read(score.Name, settings.Within("scores", settings.Element("scores")).Within(score.Name, score.Value)))];
        if (_scores.Length == 0)
        {
            settings.Fault("scores", "has no scores: name one at least, such as toxicity.");
        }

        (_reason, _fallback, _queue) = (settings.Text("reason"), settings.Text("fallback"), settings.Name("queue"));
        _maxLength = settings.Count("maxLength", 1, int.MaxValue) ?? 20_000;
        _instructions = new ChatMessage(ChatRole.System, ScoreAnswer.Instructions(_scores, settings.Text("purpose")));
        _options = new ChatOptions
        {
            ModelId = settings.Text("model"),
            Temperature = (float)(settings.Number("temperature", 0, 2) ?? 0),
            ResponseFormat = ChatResponseFormat.ForJsonSchema(ScoreAnswer.Schema(_scores), "scores"),
        };
        settings.End();
    }

    public static IGuard? Create(GuardSite site)
    {
        string? key = site.Settings.Text("client");
        IChatClient? client = key is null ? site.Services.GetService<IChatClient>() : site.Services.GetKeyedService<IChatClient>(key);
        if (client is null)
        {
            site.Settings.Fault("client", key is null
                ? "is not set, and the host has no model: register an IChatClient."
                : $"is '{key}', and the host has no model of that key: register an IChatClient by AddKeyedSingleton.");
        }

        var guard = new ModelGuard(site.Settings, client!);
        return client is null ? null : guard;
    }

    public async ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        if (_source.Of(guarded) is not { Length: > 0 } text)
        {
            return Verdict.Pass();
        }

        if (text.Length > _maxLength)
        {
            throw new GuardException(
                "guard-text-too-long", string.Create(CultureInfo.InvariantCulture, $"A text of {text.Length} characters is more than it lets a model judge: {_maxLength}."));
        }

        var question = new ChatMessage(ChatRole.User, JsonSerializer.Serialize(text.Parts.Select(part => part.Text.ToString()), Readable));
        ChatResponse response = await _client.GetResponseAsync([_instructions, question], _options.Clone(), cancellationToken).ConfigureAwait(false);
        return Judge(ScoreAnswer.Read(response, _scores));
    }

    private Verdict Judge(double[] scores)
    {
        VerdictKind gravest = VerdictKind.Pass;
        double gravity = 0;
        string reason = "";
        for (int i = 0; i < scores.Length; i++)
        {
            VerdictKind kind = _scores[i].Judge(scores[i]);
            if (kind > gravest || (kind == gravest && kind != VerdictKind.Pass && _scores[i].Gravity(scores[i]) > gravity))
            {
                (gravest, gravity, reason) = (kind, _scores[i].Gravity(scores[i]), _scores[i].Name);
            }
        }

        Finding[] findings = [.. _scores.Zip(scores, (rule, score) => new Finding(rule.Name) { Score = score })];
        return gravest switch
        {
            VerdictKind.Block => Verdict.Block(_reason ?? reason, _fallback, gravity, findings),
            VerdictKind.Escalate => Verdict.Escalate(_reason ?? reason, _queue, gravity, findings: findings),
            _ => Verdict.Pass(findings),
        };
    }
}
