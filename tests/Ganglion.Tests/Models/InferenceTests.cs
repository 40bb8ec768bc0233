using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Models;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

public sealed class InferenceTests : IDisposable
{
    private readonly RecordedPrompts _asked = new();
    private readonly ScriptedChatClient _model;

    public InferenceTests() => _model = new ScriptedChatClient("tiny", [new ScriptedRule(_asked.Answer)]);

    public enum Mood
    {
        Glad,
        VerySad,
    }

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    public void Dispose() => _model.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task What_a_model_has_answered_it_is_not_asked_again_when_the_handler_runs_again()
    {
        int calls = 0;
        _asked.Then("four");
        await using AgentTestHost host = await StartAsync(async context =>
        {
            string answer = await context.InferAsync(_model, "Two and two?");
            if (Interlocked.Increment(ref calls) < 3)
            {
                throw new InvalidOperationException("not yet");
            }

            context.Publish("done", answer);
        });

        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldBe("\"four\"");
        calls.ShouldBe(3);
        _asked.Prompts.ShouldHaveSingleItem().Question.ShouldBe("Two and two?");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_a_dead_host_has_recorded_is_there_in_the_next()
    {
        await using var host = new AgentTestHost();
        var reached = new TaskCompletionSource();
        bool hangs = true;
        async Task HandleAsync(AgentContext context)
        {
            string first = await context.InferAsync(_model, "first");
            string second = await context.RunAsync("hang", async effect =>
            {
                reached.TrySetResult();
                await (hangs ? Task.Delay(-1, effect.CancellationToken) : Task.CompletedTask);
                return "went on";
            });
            context.Publish("done", $"{first}, {second}, {await context.InferAsync(_model, "last")}");
        }

        _asked.Then("one").Then("three");
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => agent.On("questions", (AgentContext context) => HandleAsync(context))));
        await host.AppendAsync("questions", "k", "{}");
        await reached.Task;
        await host.KillAsync();
        hangs = false;
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => agent.On("questions", (AgentContext context) => HandleAsync(context))));

        (await TextAsync(host)).ShouldBe("\"one, went on, three\"");
        _asked.Prompts.Count.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_call_is_told_of_for_good_without_what_was_said()
    {
        _asked.Then("a secret answer");
        await using AgentTestHost host = await StartAsync(
            async context => context.Publish("done", await context.InferAsync(_model, "a secret question", new InferenceOptions { Chat = new ChatOptions { Temperature = 0.5f, MaxOutputTokens = 9 } })));
        await host.AppendAsync("questions", "k", "{}");
        await TextAsync(host);

        CloudEvent told = (await host.ReadAsync("ganglion.models.calls", 1))[0];
        string text = Encoding.UTF8.GetString(told.Data!.Value.Span);
        text.ShouldNotContain("secret");
        using JsonDocument json = JsonDocument.Parse(text);
        json.RootElement.GetProperty("agent").GetString().ShouldBe("worker/k");
        json.RootElement.GetProperty("model").GetString().ShouldBe("tiny");
        json.RootElement.GetProperty("provider").GetString().ShouldBe("scripted");
        json.RootElement.GetProperty("prompt_hash").GetString()!.Length.ShouldBe(64);
        json.RootElement.GetProperty("answer_hash").GetString()!.Length.ShouldBe(64);
        json.RootElement.GetProperty("messages").GetInt32().ShouldBe(1);
        json.RootElement.GetProperty("parameters").GetProperty("temperature").GetSingle().ShouldBe(0.5f);
        json.RootElement.GetProperty("parameters").GetProperty("max_output_tokens").GetInt32().ShouldBe(9);
        json.RootElement.GetProperty("usage").GetProperty("output_token_count").GetInt32().ShouldBe(5);
        json.RootElement.GetProperty("finish_reason").GetString().ShouldBe("stop");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_that_does_not_answer_fails_as_any_effect_does()
    {
        await using AgentTestHost host = await StartAsync(
            async context =>
            {
                try
                {
                    await context.InferAsync(_model, "Anything?");
                }
                catch (EffectFailedException exception)
                {
                    context.Publish("done", exception.Message);
                }
            });
        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldContain("no answer is left");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_of_a_type_is_asked_for_by_its_schema()
    {
        _asked.Then("""{"name":"Ada","age":36,"mood":"VERY_SAD"}""");

        Person person = await _model.InferAsync<Person>([new ChatMessage(ChatRole.User, "Who?")], new ChatOptions { Instructions = "Be brief." }, cancellationToken: Timeout);

        person.ShouldBe(new Person("Ada", 36, Mood.VerySad));
        ScriptedPrompt prompt = _asked.Prompts.ShouldHaveSingleItem();
        prompt.Instructions.ShouldStartWith("Be brief.");
        JsonElement schema = prompt.Options!.ResponseFormat.ShouldBeOfType<ChatResponseFormatJson>().Schema!.Value;
        schema.GetProperty("properties").GetProperty("mood").GetProperty("enum").EnumerateArray().Select(one => one.GetString()).ShouldBe(["GLAD", "VERY_SAD"]);
        schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
        prompt.Instructions.ShouldContain(schema.GetRawText());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "It is empty.")]
    [InlineData("I cannot help with that.", "invalid")]
    [InlineData("```json\n{\"name\":\"Ada\",\"age\":36,\"mood\":\"GLAD\"}\n```", "invalid")]
    [InlineData("{\"name\":\"Ada\",\"age\":36,\"mood\":\"GLAD\"} I hope that helps!", "invalid")]
    [InlineData("{\"name\":\"Ada\",\"age\":36", "Expected")]
    [InlineData("{\"name\":\"Ada\",\"age\":36}", "mood")]
    [InlineData("{\"name\":\"Ada\",\"age\":\"old\",\"mood\":\"GLAD\"}", "$.age")]
    [InlineData("{\"name\":\"Ada\",\"age\":36,\"mood\":\"GRUMPY\"}", "$.mood")]
    [InlineData("{\"name\":\"Ada\",\"age\":36,\"mood\":\"GLAD\",\"also\":1}", "also")]
    [InlineData("{\"name\":\"Ada\",\"name\":\"Eve\",\"age\":36,\"mood\":\"GLAD\"}", "name")]
    [InlineData("{\"name\":null,\"age\":36,\"mood\":\"GLAD\"}", "name")]
    [InlineData("{\"name\":\"Ada\",\"age\":1000,\"mood\":\"GLAD\"}", "between")]
    [InlineData("{\"name\":\"Eve\",\"age\":36,\"mood\":\"GLAD\"}", "Eve is not to be named.")]
    [InlineData("null", "It is null.")]
    [InlineData("[]", "$")]
    public async Task A_model_whose_answer_is_none_is_told_why_and_asked_again(string answer, string fault)
    {
        _asked.Then(answer).Then("""{"name":"Ada","age":36,"mood":"GLAD"}""");

        Person person = await _model.InferAsync<Person>([new ChatMessage(ChatRole.User, "Who?")], check: NotEve, cancellationToken: Timeout);

        person.Name.ShouldBe("Ada");
        _asked.Prompts.Count.ShouldBe(2);
        _asked.Prompts[1].Messages.Count.ShouldBe(3);
        _asked.Prompts[1].Messages[1].Text.ShouldBe(answer);
        _asked.Prompts[1].Question.ShouldContain(fault);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_that_does_not_mend_it_fails_with_what_is_wrong()
    {
        _asked.Then("once").Then("twice").Then("three times");

        ModelAnswerException failed = await Should.ThrowAsync<ModelAnswerException>(
            () => _model.InferAsync<Person>([new ChatMessage(ChatRole.User, "Who?")], cancellationToken: Timeout));

        failed.Code.ShouldBe("model-answer-malformed");
        failed.Answer.ShouldBe("three times");
        failed.Faults.ShouldHaveSingleItem();
        failed.Message.ShouldNotContain("three times");
        _asked.Prompts.Count.ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_object_is_put_into_one()
    {
        _asked.Then("""{"value":[1,2]}""").Then("""{"value":7}""");

        (await _model.InferAsync<int[]>([new ChatMessage(ChatRole.User, "Which?")], cancellationToken: Timeout)).ShouldBe([1, 2]);
        (await _model.InferAsync<int>([new ChatMessage(ChatRole.User, "Which?")], cancellationToken: Timeout)).ShouldBe(7);
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_repair_is_a_step_of_the_handler()
    {
        int calls = 0;
        _asked.Then("no").Then("""{"name":"Ada","age":36,"mood":"GLAD"}""");
        await using AgentTestHost host = await StartAsync(async context =>
        {
            Person person = await context.InferAsync<Person>(_model, "Who?");
            if (Interlocked.Increment(ref calls) < 2)
            {
                throw new InvalidOperationException("not yet");
            }

            context.Publish("done", person.Name);
        });
        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldBe("\"Ada\"");
        _asked.Prompts.Count.ShouldBe(2);
        (await host.ReadAsync("ganglion.models.calls", 2)).Count.ShouldBe(2);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", 1, 1)]
    [InlineData("infer", 0, 1)]
    [InlineData("infer", 1001, 1)]
    [InlineData("infer", 1, -1)]
    [InlineData("infer", 1, 11)]
    public async Task What_cannot_be_asked_so_is_refused(string name, int rounds, int repairs)
    {
        await using AgentTestHost host = await StartAsync(async context =>
        {
            try
            {
                await context.InferAsync(_model, "Who?", new InferenceOptions { Name = name, MaxToolRounds = rounds, Repairs = repairs });
            }
            catch (ArgumentException)
            {
                context.Publish("done", "refused");
            }
        });
        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldBe("\"refused\"");
    }

    private static Task<AgentTestHost> StartAsync(Func<AgentContext, Task> handle) =>
        AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "worker", agent => agent.On("questions", (AgentContext context) => handle(context)), options =>
            {
                options.RetryDelay = TimeSpan.Zero;
            }));

    private static async Task<string> TextAsync(AgentTestHost host) => Encoding.UTF8.GetString((await host.ReadAsync("done", 1))[0].Data!.Value.Span);

    private static IEnumerable<string> NotEve(Person person) => person.Name == "Eve" ? ["Eve is not to be named."] : [];

    public sealed record Person(string Name, [property: Range(0, 150)] int Age, Mood Mood);
}
