card => {
  const host = { fontFamily: '"Segoe UI", "Noto Sans", sans-serif', supportsInteractivity: true,
    fontTypes: { default: { fontFamily: '"Segoe UI", "Noto Sans", sans-serif' }, monospace: { fontFamily: "monospace" } },
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
    spacing: { small: 6, default: 10, padding: 14 },
    containerStyles: { emphasis: { backgroundColor: "#f0f0f7" } },
    actions: { actionsOrientation: "horizontal", maxActions: 12, buttonSpacing: 8, actionAlignment: "left" } };
  const drawing = new AdaptiveCards.AdaptiveCard();
  drawing.hostConfig = new AdaptiveCards.HostConfig(host);
  drawing.parse(card);
  const found = drawing.validateProperties().validationEvents.map(event => event.message);
  document.getElementById("card").replaceChildren(drawing.render());
  return found;
}
