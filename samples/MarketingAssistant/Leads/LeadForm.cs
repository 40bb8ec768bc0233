using Ganglion.Events;
using Ganglion.Guards;

namespace MarketingAssistant.Leads;

/// <summary>Stops forms to which nobody could answer. What their text says is for other guards.</summary>
internal sealed class LeadForm(EventDataSerializer data) : IGuard
{
    private const int MostBikes = 1_000;

    public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) =>
        ValueTask.FromResult(FaultOf(guarded.Event) is { } fault ? Verdict.Block(fault) : Verdict.Pass());

    private string? FaultOf(CloudEvent form)
    {
        Lead lead;
        try
        {
            lead = data.Read<Lead>(form);
        }
        catch (EventDataException exception)
        {
            return $"this is no lead: {exception.JsonPath ?? "the data"} cannot be read";
        }

        return lead switch
        {
            _ when string.IsNullOrWhiteSpace(lead.LeadId) => "it has no number",
            _ when !lead.Name.Any(char.IsLetter) => "nobody is called so",
            _ when !EmailAddress.IsValid(lead.Email) => "there is no address to answer to",
            _ when PriceList.Find(lead.Product) is null => "there is no such product",
            _ when lead.Quantity is < 1 or > MostBikes => "nobody orders so many",
            _ => null,
        };
    }
}
